// The pthread mutex with priority inheritance, process-shared: the kernel knows the holder and
// lends it the priority of its most urgent waiter. The price is a kernel call at every contended
// release. When the holder dies, the kernel gives the lock to who waits and says so, which glibc
// 2.36 takes for an error of its own, as the mutex is not robust: an assertion ends the waiter. Who
// comes later waits for ever.
#pragma once

#include "ipc/shared_mutex_lock.hpp"

namespace bulkhead {

class PiLock : public SharedMutexLock {
 public:
  static constexpr LockDescription description{
      "pi", "pthread mutex with priority inheritance, process-shared", OwnerDeath::waits_for_ever};

  explicit PiLock(const LockSetup&) {
    init_shared_mutex(mutex_, {.protocol = PTHREAD_PRIO_INHERIT});
  }
  // Not possible: the kernel lets only the holder release it.
  bool release_orphan(LockUser) noexcept { return false; }
};

}  // namespace bulkhead

// glibc's adaptive mutex, process-shared: a waiter spins for as long as it paid lately, and sleeps
// only then.
#pragma once

#include "ipc/shared_mutex_lock.hpp"

namespace bulkhead {

class AdaptiveLock : public SharedMutexLock {
 public:
  static constexpr LockDescription description{
      "adaptive", "pthread mutex that spins before it sleeps, process-shared",
      OwnerDeath::waits_for_ever};

  explicit AdaptiveLock(const LockSetup&) {
    init_shared_mutex(mutex_, {.type = PTHREAD_MUTEX_ADAPTIVE_NP});
  }
};

}  // namespace bulkhead

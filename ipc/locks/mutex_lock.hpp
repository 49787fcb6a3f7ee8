// The pthread mutex shared between processes, without robustness: when its holder dies, the next
// taker waits until its deadline.
#pragma once

#include <pthread.h>

#include "ipc/lock.hpp"
#include "ipc/robust_mutex.hpp"

namespace bulkhead {

class MutexLock {
 public:
  static constexpr LockDescription description{"mutex", "pthread mutex, process-shared, not robust",
                                               OwnerDeath::waits_for_ever};

  explicit MutexLock(std::uint32_t) {
    init_shared_mutex(mutex_, Robustness::stalled, Recursion::forbidden);
  }
  Acquired try_lock(LockUser) noexcept {
    return pthread_mutex_trylock(&mutex_) == 0 ? Acquired::clean : Acquired::busy;
  }
  Acquired lock(LockUser, Deadline deadline) noexcept {
    return lock_until(mutex_, deadline) == 0 ? Acquired::clean : Acquired::timed_out;
  }
  void unlock(LockUser) noexcept { pthread_mutex_unlock(&mutex_); }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser, std::uint32_t tid) const noexcept {
    return is_held_by(mutex_, tid);
  }
  // glibc's unlock of a normal mutex asks nobody who locked it.
  void release_orphan(LockUser) noexcept { pthread_mutex_unlock(&mutex_); }

 private:
  pthread_mutex_t mutex_;
};

}  // namespace bulkhead

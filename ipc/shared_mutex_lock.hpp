// What the kinds of pthread mutex that know nothing of a dead holder have in common.
#pragma once

#include <pthread.h>

#include "ipc/lock.hpp"
#include "ipc/robust_mutex.hpp"

namespace bulkhead {

/// The kind of lock derives from it and makes `mutex_`.
class SharedMutexLock {
 public:
  Acquired try_lock(LockUser) noexcept {
    return pthread_mutex_trylock(&mutex_) == 0 ? Acquired::clean : Acquired::busy;
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    return lock_until(mutex_, deadline) == 0 ? Acquired::clean : Acquired::timed_out;
  }
  void unlock(LockUser) noexcept { pthread_mutex_unlock(&mutex_); }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser, std::uint32_t tid) const noexcept {
    return is_held_by(mutex_, tid);
  }
  [[nodiscard]] bool may_be_held_by(LockUser, std::uint32_t tid) const noexcept {
    return bulkhead::may_be_held_by(mutex_, tid);
  }
  // glibc's unlock of a normal or adaptive mutex asks nobody who locked it.
  bool release_orphan(LockUser) noexcept { return pthread_mutex_unlock(&mutex_) == 0; }

 protected:
  pthread_mutex_t mutex_;
};

}  // namespace bulkhead

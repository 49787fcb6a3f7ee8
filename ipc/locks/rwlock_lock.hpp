// The pthread read-write lock, process-shared, always taken for writing: what exclusion by it
// costs. There is no robust kind: when its holder dies, everybody waits until his deadline.
#pragma once

#include <pthread.h>

#include <cerrno>

#include "ipc/lock_holder.hpp"
#include "ipc/system_error.hpp"
#include "ipc/wait_slice.hpp"

namespace bulkhead {

class RwlockLock {
 public:
  static constexpr LockDescription description{
      "rwlock", "pthread read-write lock, process-shared, taken for writing",
      OwnerDeath::waits_for_ever};

  explicit RwlockLock(const LockSetup&) {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    const int error = pthread_rwlock_init(&lock_, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    if (error != 0) throw_error(error, "pthread_rwlock_init: make a shared read-write lock");
  }
  Acquired try_lock(LockUser user) noexcept {
    return pthread_rwlock_trywrlock(&lock_) == 0 ? enter(user) : Acquired::busy;
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    for (;;) {
      const Deadline slice = next_slice(deadline);
      const timespec at = slice.as_timespec();
      const int error = pthread_rwlock_clockwrlock(&lock_, CLOCK_MONOTONIC, &at);
      if (error == 0) return enter(user);
      if (error != ETIMEDOUT || slice.at_ns == deadline.at_ns) return Acquired::timed_out;
    }
  }
  void unlock(LockUser) noexcept {
    holder_.clear();
    pthread_rwlock_unlock(&lock_);
  }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return holder_.is(user);
  }
  // Not possible: glibc lets only the thread that locked it for writing unlock it.
  bool release_orphan(LockUser) noexcept { return false; }

 private:
  Acquired enter(LockUser user) noexcept {
    holder_.set(user);
    return Acquired::clean;
  }

  pthread_rwlock_t lock_;
  LockHolder holder_;
};

}  // namespace bulkhead

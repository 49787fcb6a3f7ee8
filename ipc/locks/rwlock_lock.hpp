// The pthread read-write lock, process-shared, always taken for writing: what exclusion by it
// costs. There is no robust kind: when its holder dies, everybody waits until his deadline.
#pragma once

#include <pthread.h>

#include <cerrno>

#include "ipc/lock.hpp"
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
  Acquired try_lock(LockUser) noexcept {
    return pthread_rwlock_trywrlock(&lock_) == 0 ? Acquired::clean : Acquired::busy;
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    for (;;) {
      const Deadline slice = next_slice(deadline);
      const timespec at = slice.as_timespec();
      const int error = pthread_rwlock_clockwrlock(&lock_, CLOCK_MONOTONIC, &at);
      if (error == 0) return Acquired::clean;
      if (error != ETIMEDOUT || slice.at_ns == deadline.at_ns) return Acquired::timed_out;
    }
  }
  void unlock(LockUser) noexcept { pthread_rwlock_unlock(&lock_); }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser, std::uint32_t tid) const noexcept {
    // glibc keeps the writer's thread number there.
    return static_cast<std::uint32_t>(
               __atomic_load_n(&lock_.__data.__cur_writer, __ATOMIC_RELAXED)) == tid;
  }
  // Not possible: glibc lets only the thread that locked it for writing unlock it.
  bool release_orphan(LockUser) noexcept { return false; }

 private:
  pthread_rwlock_t lock_;
};

}  // namespace bulkhead

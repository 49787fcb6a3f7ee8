// The robust pthread mutex shared between processes: the death of its holder becomes an answer.
// The kernel walks at most 2048 held robust mutexes of a dying task; we hold one.
#pragma once

#include <linux/futex.h>
#include <pthread.h>

#include <cerrno>

#include "ipc/lock.hpp"
#include "ipc/robust_mutex.hpp"

namespace bulkhead {

class RobustLock {
 public:
  static constexpr LockDescription description{
      "robust", "pthread mutex, process-shared and robust: the next taker repairs",
      OwnerDeath::reported};

  explicit RobustLock(const LockSetup&) {
    init_shared_mutex(mutex_, {.robustness = PTHREAD_MUTEX_ROBUST});
  }
  Acquired try_lock(LockUser) noexcept { return answer(bulkhead::try_lock(mutex_)); }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    return answer(lock_until(mutex_, deadline));
  }
  void unlock(LockUser) noexcept { pthread_mutex_unlock(&mutex_); }
  void mark_consistent() noexcept { pthread_mutex_consistent(&mutex_); }
  [[nodiscard]] bool held_by(LockUser, std::uint32_t tid) const noexcept {
    return is_held_by(mutex_, tid);
  }
  [[nodiscard]] bool may_be_held_by(LockUser, std::uint32_t tid) const noexcept {
    // Taking it is writing the thread's number there, for the kernel.
    const int word = __atomic_load_n(&mutex_.__data.__lock, __ATOMIC_RELAXED);
    return (static_cast<std::uint32_t>(word) & FUTEX_TID_MASK) == tid;
  }
  bool release_orphan(LockUser) noexcept { return false; }

 private:
  static Acquired answer(int error) noexcept {
    if (error == 0) [[likely]]
      return Acquired::clean;
    switch (error) {
      case EOWNERDEAD:
        return Acquired::owner_died;
      case ENOTRECOVERABLE:
        return Acquired::unrecoverable;
      case EBUSY:
        return Acquired::busy;
      default:
        return Acquired::timed_out;
    }
  }

  pthread_mutex_t mutex_;
};

}  // namespace bulkhead

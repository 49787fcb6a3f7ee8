// A POSIX semaphore with one token, shared between processes: sem_overview(7). It belongs to
// nobody, so a token whose holder died is lost.
#pragma once

#include <semaphore.h>

#include <cerrno>

#include "ipc/lock_holder.hpp"
#include "ipc/system_error.hpp"
#include "ipc/wait_slice.hpp"

namespace bulkhead {

class SemaphoreLock {
 public:
  static constexpr LockDescription description{
      "semaphore", "POSIX semaphore with one token, process-shared", OwnerDeath::waits_for_ever};

  explicit SemaphoreLock(const LockSetup&) {
    constexpr int shared = 1;
    if (sem_init(&tokens_, shared, 1) != 0) throw_errno("sem_init: make a shared semaphore");
  }
  Acquired try_lock(LockUser user) noexcept {
    return sem_trywait(&tokens_) == 0 ? enter(user) : Acquired::busy;
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    for (;;) {
      const Deadline slice = next_slice(deadline);
      const timespec at = slice.as_timespec();
      if (sem_clockwait(&tokens_, CLOCK_MONOTONIC, &at) == 0) return enter(user);
      if (errno == ETIMEDOUT && slice.at_ns == deadline.at_ns) return Acquired::timed_out;
    }
  }
  void unlock(LockUser) noexcept { sem_post(&tokens_); }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    int tokens = 0;
    sem_getvalue(const_cast<sem_t*>(&tokens_), &tokens);  // Reads a word; takes nothing.
    return tokens == 0 && holder_.is(user);
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  Acquired enter(LockUser user) noexcept {
    holder_.set(user);
    return Acquired::clean;
  }

  sem_t tokens_;
  LockHolder holder_;
};

}  // namespace bulkhead

// The three-state futex lock (Drepper, "Futexes are tricky", 2011, mutex 3): free, held, held with
// waiters. Neither taking a free one nor releasing one without waiters asks the kernel. It names no
// holder to the kernel, so when the holder dies nobody is told.
#pragma once

#include <atomic>

#include "ipc/futex.hpp"
#include "ipc/lock_holder.hpp"
#include "ipc/wait_slice.hpp"

namespace bulkhead {

class FutexLock {
 public:
  static constexpr LockDescription description{
      "futex", "three-state futex: free, held, held with waiters", OwnerDeath::waits_for_ever};

  explicit FutexLock(const LockSetup&) {}

  Acquired try_lock(LockUser user) noexcept {
    std::uint32_t seen = free;
    // Acquire: pairs with the release of unlock.
    if (!state_.compare_exchange_strong(seen, held, std::memory_order_acquire,
                                        std::memory_order_relaxed)) {
      return Acquired::busy;
    }
    holder_.set(user);
    return Acquired::clean;
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    // Who waited cannot know whether others still do, so it takes the lock as "with waiters".
    while (state_.exchange(held_with_waiters, std::memory_order_acquire) != free) {
      if (deadline.passed()) return Acquired::timed_out;
      futex_wait(state_, held_with_waiters, next_slice(deadline));
    }
    holder_.set(user);
    return Acquired::clean;
  }
  void unlock(LockUser) noexcept {
    if (state_.exchange(free, std::memory_order_release) == held_with_waiters) {
      futex_wake(state_, 1);
    }
  }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return state_.load(std::memory_order_relaxed) != free && holder_.is(user);
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t held_with_waiters = 2;

  std::atomic<std::uint32_t> state_{free};
  LockHolder holder_;
};

}  // namespace bulkhead

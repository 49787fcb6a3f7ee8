// Test, then test-and-set: a waiter reads until the lock looks free, which keeps the cache line
// shared, and tries only then; each look that fails doubles the pause before the next, up to a
// bound (Anderson 1990).
#pragma once

#include <atomic>

#include "ipc/lock_holder.hpp"
#include "ipc/spin_wait.hpp"

namespace bulkhead {

class TtasLock {
 public:
  static constexpr LockDescription description{
      "ttas", "test and test-and-set with exponential back-off", OwnerDeath::waits_for_ever};

  explicit TtasLock(const LockSetup& setup) : spin_(setup.spin) {}

  Acquired try_lock(LockUser user) noexcept {
    // Relaxed: a hint, so that a try on a held lock does not take the line from its holder.
    if (held_.load(std::memory_order_relaxed) != 0) return Acquired::busy;
    // Acquire: pairs with the release of unlock.
    if (held_.exchange(1, std::memory_order_acquire) != 0) return Acquired::busy;
    holder_.set(user);
    return Acquired::clean;
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    while (try_lock(user) != Acquired::clean) {
      if (!wait.back_off()) return Acquired::timed_out;
    }
    return Acquired::clean;
  }
  void unlock(LockUser) noexcept { held_.store(0, std::memory_order_release); }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return held_.load(std::memory_order_relaxed) != 0 && holder_.is(user);
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  std::atomic<std::uint32_t> held_{0};
  LockHolder holder_;
  const SpinPolicy spin_;
};

}  // namespace bulkhead

// Test-and-set: every look at the lock is an atomic exchange, which takes the cache line away from
// whoever holds the lock. The simplest spin lock, and the slowest under contention (Anderson, "The
// performance of spin lock alternatives for shared-memory multiprocessors", 1990).
#pragma once

#include <atomic>

#include "ipc/lock_holder.hpp"
#include "ipc/spin_wait.hpp"

namespace bulkhead {

class TasLock {
 public:
  static constexpr LockDescription description{
      "tas", "test-and-set: an atomic exchange at every look", OwnerDeath::waits_for_ever};

  explicit TasLock(const LockSetup& setup) : spin_(setup.spin) {}

  Acquired try_lock(LockUser user) noexcept {
    // Acquire: pairs with the release of unlock.
    if (held_.exchange(1, std::memory_order_acquire) != 0) return Acquired::busy;
    holder_.set(user);
    return Acquired::clean;
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    while (try_lock(user) != Acquired::clean) {
      if (!wait.go_on()) return Acquired::timed_out;
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

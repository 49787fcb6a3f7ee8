// A word that is taken by an atomic exchange and released by a store: what the test-and-set locks
// have in common. How they look at it and how they wait is theirs.
#pragma once

#include <atomic>

#include "ipc/lock_holder.hpp"
#include "ipc/spin_wait.hpp"

namespace bulkhead {

class ExchangeWord {
 public:
  explicit ExchangeWord(const LockSetup& setup) : spin_(setup.spin) {}

  void unlock(LockUser) noexcept { held_.store(0, std::memory_order_release); }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return looks_held() && holder_.is(user);
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 protected:
  /// Relaxed: a hint.
  [[nodiscard]] bool looks_held() const noexcept {
    return held_.load(std::memory_order_relaxed) != 0;
  }
  Acquired exchange(LockUser user) noexcept {
    // Acquire: pairs with the release of unlock.
    if (held_.exchange(1, std::memory_order_acquire) != 0) return Acquired::busy;
    holder_.set(user);
    return Acquired::clean;
  }

  const SpinPolicy spin_;

 private:
  std::atomic<std::uint32_t> held_{0};
  LockHolder holder_;
};

}  // namespace bulkhead

// Test and compare-and-swap on one word, which names its holder. Spins a bounded number of times,
// then gives its time slice away, since with more workers than CPUs the holder may be the one that
// waits for a CPU.
#pragma once

#include <atomic>

#include "ipc/lock.hpp"
#include "ipc/spin_wait.hpp"

namespace bulkhead {

class SpinLock {
 public:
  static constexpr LockDescription description{
      "spin", "compare-and-swap word that names its holder", OwnerDeath::waits_for_ever};

  explicit SpinLock(const LockSetup& setup) : spin_(setup.spin) {}

  Acquired try_lock(LockUser user) noexcept {
    // Acquire: what the last holder wrote before its release is seen inside the section. Not an
    // exchange, which would put the name of whoever tries in the place of the holder's.
    std::uint32_t nobody = 0;
    return word_.compare_exchange_strong(nobody, user.index + 1, std::memory_order_acquire,
                                         std::memory_order_relaxed)
               ? Acquired::clean
               : Acquired::busy;
  }

  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    // Relaxed: only a hint that the try may succeed; it reads the line without owning it.
    while (word_.load(std::memory_order_relaxed) != 0 || try_lock(user) != Acquired::clean) {
      if (!wait.go_on()) return Acquired::timed_out;
    }
    return Acquired::clean;
  }

  void unlock(LockUser) noexcept { word_.store(0, std::memory_order_release); }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return word_.load(std::memory_order_relaxed) == user.index + 1;
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  std::atomic<std::uint32_t> word_{0};
  const SpinPolicy spin_;
};

}  // namespace bulkhead

// Test and compare-and-swap on one word, which names its holder. Spins a bounded number of times,
// then gives its time slice away, since with more workers than CPUs the holder may be the one that
// waits for a CPU.
#pragma once

#include <sched.h>

#include <atomic>

#include "ipc/lock.hpp"

namespace bulkhead {

class SpinLock {
 public:
  static constexpr LockDescription description{
      "spin", "compare-and-swap word, yields after a bounded spin", OwnerDeath::waits_for_ever};

  explicit SpinLock(std::uint32_t) {}

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
    for (std::uint32_t round = 1;; ++round) {
      for (int spin = 0; spin < spins_before_yield; ++spin) {
        // Relaxed: only a hint that the try may succeed; it reads the line without owning it.
        if (word_.load(std::memory_order_relaxed) == 0 && try_lock(user) == Acquired::clean) {
          return Acquired::clean;
        }
        cpu_relax();
      }
      if (round % yields_before_clock == 0 && deadline.passed()) return Acquired::timed_out;
      sched_yield();
    }
  }

  void unlock(LockUser) noexcept { word_.store(0, std::memory_order_release); }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return word_.load(std::memory_order_relaxed) == user.index + 1;
  }
  void release_orphan(LockUser user) noexcept { unlock(user); }

 private:
  static constexpr int spins_before_yield = 100;
  static constexpr std::uint32_t yields_before_clock = 16;

  std::atomic<std::uint32_t> word_{0};
};

}  // namespace bulkhead

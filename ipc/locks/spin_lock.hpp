// Test and test-and-set on one word. Spins a bounded number of times, then gives its time slice
// away, since with more workers than CPUs the holder may be the one that waits for a CPU.
#pragma once

#include <sched.h>

#include <atomic>

#include "ipc/lock.hpp"

namespace bulkhead {

class SpinLock {
 public:
  static constexpr LockDescription description{
      "spin", "test-and-set word, yields after a bounded spin", OwnerDeath::waits_for_ever};

  explicit SpinLock(std::uint32_t) {}

  Acquired try_lock(LockUser) noexcept {
    // Acquire: what the last holder wrote before its release is seen inside the section.
    return word_.exchange(1, std::memory_order_acquire) == 0 ? Acquired::clean : Acquired::busy;
  }

  Acquired lock(LockUser user, Deadline deadline) noexcept {
    for (std::uint32_t round = 1;; ++round) {
      for (int spin = 0; spin < spins_before_yield; ++spin) {
        // Relaxed: only a hint that the exchange may succeed; it reads the line without owning it.
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

 private:
  static constexpr int spins_before_yield = 100;
  static constexpr std::uint32_t yields_before_clock = 16;

  std::atomic<std::uint32_t> word_{0};
};

}  // namespace bulkhead

// The start gate: workers wait in front of it, the supervisor opens it once, and it stays open, so
// that a replacement started later walks through.
//
// State   | allowed moves
// closed  | -> open (supervisor)
// open    | none
//
// A barrier would count on everybody coming; the gate does not: whoever died before it is the
// supervisor's business.
#pragma once

#include <atomic>
#include <cstdint>

#include "ipc/clock.hpp"
#include "ipc/futex.hpp"

namespace bulkhead {

class Gate {
 public:
  /// Opens the gate and wakes everybody. Supervisor only.
  void open() noexcept {
    // Release: what the supervisor laid out before is seen by whoever passes.
    word_.store(1, std::memory_order_release);
    futex_wake(word_, wake_all);
  }

  /// Waits until the gate is open. Any worker of any process.
  [[nodiscard]] WaitResult wait(Deadline deadline) const noexcept {
    while (word_.load(std::memory_order_acquire) == 0) {
      if (futex_wait(word_, 0, deadline) == WaitResult::timed_out) return WaitResult::timed_out;
    }
    return WaitResult::woken;
  }

 private:
  std::atomic<std::uint32_t> word_{0};
};

}  // namespace bulkhead

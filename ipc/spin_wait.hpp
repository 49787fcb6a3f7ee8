// How a spinning lock waits: it pauses, after a bounded number of spins gives its time slice away,
// and looks at the clock now and then. Out of line, since whoever calls it has nothing better to
// do.
#pragma once

#include <cstdint>

#include "ipc/clock.hpp"
#include "ipc/lock.hpp"

namespace bulkhead {

/// One wait of one waiter.
class SpinWait {
 public:
  SpinWait(SpinPolicy policy, Deadline deadline) noexcept : policy_(policy), deadline_(deadline) {}

  /// Between two looks at the lock. False when the deadline has passed.
  [[nodiscard]] bool go_on() noexcept;

  /// The same with an exponential back-off: each time twice as many pauses, up to a bound, so that
  /// fewer waiters fight for the line when the lock becomes free.
  [[nodiscard]] bool back_off() noexcept;

 private:
  SpinPolicy policy_;
  Deadline deadline_;
  std::uint32_t spins_ = 0;
  std::uint32_t rounds_ = 0;
  std::uint32_t pauses_ = 1;
};

}  // namespace bulkhead

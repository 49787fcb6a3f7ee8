// A wait that sleeps in the kernel is cut into slices: a waiter that is killed between its wake-up
// and its taking the lock has swallowed the wake-up, and who still sleeps would do so for ever.
// After a slice it looks again by itself.
#pragma once

#include <algorithm>
#include <cstdint>

#include "ipc/clock.hpp"

namespace bulkhead {

inline constexpr std::int64_t wait_slice_ns = 20 * ns_per_ms;

/// The end of the slice that begins now, or the deadline where that is sooner.
[[nodiscard]] inline Deadline next_slice(Deadline deadline) noexcept {
  return {std::min(deadline.at_ns, monotonic_ns() + wait_slice_ns)};
}

}  // namespace bulkhead

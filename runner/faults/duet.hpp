// How the two workers of a duet begin: both are there, or nothing happens.
#pragma once

#include "runner/faults/fault.hpp"

namespace bulkhead {

/// Whether the other worker came as well, after a short wait.
[[nodiscard]] inline bool are_two(const Strike& strike) noexcept {
  return strike.stage != nullptr &&
         meet(*strike.stage, strike.role, Deadline::in(meeting_patience_ns));
}

}  // namespace bulkhead

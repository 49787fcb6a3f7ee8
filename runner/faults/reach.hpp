// Where a stray pointer to a sibling's memory leads.
#pragma once

#include <cstdint>

#include "runner/faults/canaries.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead {

/// The sibling's canaries; or, where the sibling has its own in another process, whatever worker of
/// this process has its canaries at the same address, mostly the culprit. Null where none lie
/// there, as in a process that was started by another way. On the culprit's own thread.
BULKHEAD_FAULT inline const Canaries* within_reach(const Strike& strike) {
  if (strike.own == nullptr || strike.sibling == nullptr) return nullptr;
  constexpr int worker_bits = 32;  // Of the pattern; the rest is the same for all.
  const std::uint64_t difference = opaque(strike.sibling)->pattern ^ strike.own->pattern;
  return difference >> worker_bits == 0 ? strike.sibling : nullptr;
}

}  // namespace bulkhead

// Workers ask for what a fault may use up, and give it back at once. One of them that holds a piece
// while the rest is taken would leave it for everybody: so what is to be used up is taken again a
// moment later.
#pragma once

#include <cstdint>

#include "ipc/clock.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead {

/// Calls `take_one()`, which answers whether it got a piece, until there has been none for 12 ms,
/// 80 ms have passed, or it has `at_most` pieces in all. Sleeps in between; on the culprit's
/// thread.
template <class TakeOne>
void use_up(std::uint64_t at_most, TakeOne&& take_one) {
  constexpr std::int64_t pause_ns = 4 * ns_per_ms;
  constexpr int rounds_without = 4;
  constexpr int most_rounds = 20;
  std::uint64_t taken = 0;
  int without = 0;
  for (int round = 0; round < most_rounds; ++round) {
    const std::uint64_t before = taken;
    while (taken < at_most && take_one()) ++taken;
    without = taken > before ? 0 : without + 1;
    if (taken == at_most || without == rounds_without) return;
    sleep_until(Deadline::in(pause_ns));
  }
}

}  // namespace bulkhead

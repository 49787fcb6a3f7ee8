// Workers ask for what a fault may use up, and give it back at once. One of them that holds a piece
// while the rest is taken would leave it for everybody: so what is to be used up is taken again a
// moment later.
#pragma once

#include "ipc/clock.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead {

/// Calls `take()`, which takes what there is and answers whether there was anything, until it has
/// found nothing for 16 ms, or 80 ms have passed. Sleeps in between; on the thread of the culprit.
template <class Take>
void use_up(Take&& take) {
  constexpr std::int64_t pause_ns = 4 * ns_per_ms;
  constexpr int rounds_without = 4;
  constexpr int most_rounds = 20;
  int without = 0;
  for (int round = 0; round < most_rounds && without < rounds_without; ++round) {
    without = take() ? 0 : without + 1;
    sleep_until(Deadline::in(pause_ns));
  }
}

}  // namespace bulkhead

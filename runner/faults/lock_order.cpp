// Two locks that two workers take in opposite orders. Who waits with the first one in hand stands
// for ever, and only somebody who looks from outside can end it; who gives it back at once and
// tries again moves, and gets nothing done.

#include <cstdint>

#include "runner/faults/duet.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::lock_order_fault {
namespace {

/// The real thing: it lasts until one of the two is ended, or for the time that was asked for.
void wait_for_each_other(const Strike& strike) {
  if (!are_two(strike)) return;
  const Deadline end = end_of(strike);
  Stage& stage = *strike.stage;
  const std::uint32_t mine = place(strike.role), theirs = place(other(strike.role));
  if (!take(stage, strike.role, mine, end)) return;
  if (keep_step(stage, strike.role, end)) {
    if (strike.role == Role::culprit) report(stage, 1, 1);
    if (take(stage, strike.role, theirs, end)) give_back(stage, theirs);
  }
  give_back(stage, mine);
}

/// One try to have both. The rest between is the work that one has to do with the first lock alone.
BULKHEAD_FAULT bool try_both(Stage& stage, std::uint32_t mine, std::uint32_t theirs) {
  constexpr int rest = 2'000;
  if (!try_take(stage, mine)) return false;
  for (int step = 0; step < rest; ++step) static_cast<void>(opaque(step));
  const bool has_both = try_take(stage, theirs);
  if (has_both) give_back(stage, theirs);
  give_back(stage, mine);
  return has_both;
}

void back_off_at_once(const Strike& strike) {
  if (!are_two(strike)) return;
  const Deadline end = end_of(strike);
  if (!keep_step_awake(*strike.stage, strike.role, end)) return;
  std::uint64_t tries = 0, in_vain = 0;
  while (!end.passed()) {
    const bool has_both = try_both(*strike.stage, place(strike.role), place(other(strike.role)));
    ++tries;
    in_vain += has_both ? 0 : 1;
  }
  report(*strike.stage, tries, in_vain);
}

const FaultRegistry::Registration deadlock{{
    .name = "deadlock-order",
    .family = "liveness",
    .help = "takes two locks in one order and the next worker in the other: each waits for the"
            " other",
    .ends_as = "stall",
    // One has to be ended; where they share a process, both are.
    .expected = {Outcome::lost_all, Outcome::contained},
    .also = {Outcome::harmless},  // Where they never met.
    .duet = Duet::hinders,
    .parameters = {lasting("3s")},
    .strike = wait_for_each_other,
}};

const FaultRegistry::Registration livelock{{
    .name = "livelock",
    .family = "liveness",
    .help = "tries to have two locks as the next worker does, in the other order, and backs off at"
            " once when it fails",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .also = {Outcome::degraded},
    .duet = Duet::hinders,
    .parameters = {lasting("50ms")},
    .strike = back_off_at_once,
}};

}  // namespace
}  // namespace bulkhead::lock_order_fault

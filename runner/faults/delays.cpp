// A worker that fails by being late. Nothing is broken, no time-out is reached, and whoever waits
// for it is late as well. To see a worker that is slow all along, let it strike again and again
// (p=0.01).

#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::delays_fault {
namespace {

void sleep(const Strike& strike) {
  sleep_until(end_of(strike));
}

const FaultRegistry::Registration slow{{
    .name = "slow",
    .family = "liveness",
    .help = "sleeps for a moment between two operations",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .parameters = {lasting("20ms")},
    .strike = sleep,
}};

const FaultRegistry::Registration greedy{{
    .name = "greedy",
    .family = "liveness",
    .help = "sleeps for a moment and keeps the lock while it does",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .needs_section = NeedsSection::yes,
    .parameters = {lasting("10ms")},
    .strike = sleep,
}};

}  // namespace
}  // namespace bulkhead::delays_fault

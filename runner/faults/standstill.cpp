// A worker that goes on living and gets nothing done. No end and no signal tells; only somebody who
// looks at its progress can notice, and all he can do is to end its process with all who are in it.

#include <signal.h>

#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::standstill_fault {
namespace {

void spin(const Strike& strike) {
  spin_until(end_of(strike));
}

void block(const Strike& strike) {
  sleep_until(end_of(strike));
}

void ignore_request(const Strike& strike) {
  signal(SIGTERM, SIG_IGN);
  spin_until(end_of(strike));
}

const FaultRegistry::Registration spinning{{
    .name = "spin",
    .family = "liveness",
    .help = "runs in an empty loop",
    .ends_as = "stall",
    .parameters = {lasting("3s")},
    .strike = spin,
}};

const FaultRegistry::Registration blocked{{
    .name = "block",
    .family = "liveness",
    .help = "waits for something that does not come",
    .ends_as = "stall",
    .parameters = {lasting("3s")},
    .strike = block,
}};

const FaultRegistry::Registration ignoring{{
    .name = "ignores-sigterm",
    .family = "liveness",
    .help = "runs in an empty loop, and a SIGTERM does not end it",
    .ends_as = "stall",
    .parameters = {lasting("3s")},
    .strike = ignore_request,
}};

}  // namespace
}  // namespace bulkhead::standstill_fault

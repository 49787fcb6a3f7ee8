// One worker leaves with exit(3). Where it has siblings in its process, their globals are destroyed
// under them while they run, so that the status may just as well be that of a crash.

#include <cstdlib>

#include "runner/faults/fault.hpp"

namespace bulkhead {
namespace {

void strike(const Strike&) {
  std::exit(3);  // NOLINT(concurrency-mt-unsafe): that is the fault.
}

const FaultRegistry::Registration registered{{
    .name = "exit-3",
    .family = "sudden end",
    .help = "calls exit(3) in the middle of the work",
    .ends_as = "exit 3",
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead

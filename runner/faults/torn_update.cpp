// An update that is left half done without a crash: what an exception does that flies out of a
// critical section. The lock is released, nobody dies, nobody notices.

#include "runner/faults/fault.hpp"
#include "workloads/worker.hpp"

namespace bulkhead::torn_update_fault {
namespace {

void strike(const Strike&) {
  throw OperationAbandoned{};
}

const FaultRegistry::Registration registered{{
    .name = "torn-update",
    .family = "silent corruption",
    .help = "leaves a critical section half way, releases the lock and goes on",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .needs_section = NeedsSection::yes,
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::torn_update_fault

// A failed assertion, a corrupted heap, a contract check: they all end in abort.

#include <cstdlib>

#include "runner/faults/fault.hpp"

namespace bulkhead::abort_fault {
namespace {

void strike(const Strike&) {
  std::abort();
}

const FaultRegistry::Registration registered{{
    .name = "abort",
    .family = "crash",
    .help = "calls abort",
    .ends_as = "SIGABRT",
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::abort_fault

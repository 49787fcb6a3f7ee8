// A failed assertion. It says its sentence on standard error and aborts.

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

// Whatever the build says of other assertions, this one has to fail.
#undef NDEBUG
#include <cassert>

namespace bulkhead::assertion_fault {
namespace {

void strike(const Strike&) {
  assert(opaque(0) == 1);
}

const FaultRegistry::Registration registered{{
    .name = "assert",
    .family = "crash",
    .help = "fails an assertion",
    .ends_as = "SIGABRT",
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::assertion_fault

// The commonest crash there is: a store through a null pointer.

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::segv_null_fault {
namespace {

BULKHEAD_FAULT void strike(const Strike&) {
  volatile int* nowhere = opaque<volatile int*>(nullptr);
  *nowhere = 1;
}

const FaultRegistry::Registration registered{{
    .name = "segv-null",
    .family = "crash",
    .help = "stores through a null pointer",
    .ends_as = "SIGSEGV",
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::segv_null_fault

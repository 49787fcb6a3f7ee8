// An instruction that does not exist, as after a jump into the middle of another one or where a
// program was built for a newer CPU.

#include <signal.h>

#include "runner/faults/fault.hpp"

namespace bulkhead::ill_fault {
namespace {

void strike(const Strike&) {
#if defined(__x86_64__) || defined(__i386__)
  asm volatile("ud2");
#else
  raise(SIGILL);
#endif
}

const FaultRegistry::Registration registered{{
    .name = "ill",
    .family = "crash",
    .help = "runs an instruction that does not exist",
    .ends_as = "SIGILL",
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::ill_fault

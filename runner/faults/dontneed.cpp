// An allocator that gives pages back which are still in use: they read as zero from then on. Inside
// a process that is a sibling's memory; outside it is one's own copy, which nobody misses.

#include <sys/mman.h>

#include "runner/faults/fault.hpp"

namespace bulkhead::dontneed_fault {
namespace {

void strike(const Strike& strike) {
  madvise(strike.sibling_words.data(), strike.sibling_words.size_bytes(), MADV_DONTNEED);
}

const FaultRegistry::Registration registered{{
    .name = "dontneed",
    .family = "address space",
    .help = "gives a sibling's page back to the kernel",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::harmless},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::dontneed_fault

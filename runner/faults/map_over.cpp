// A mapping with MAP_FIXED at an address that is in use: fresh, private pages take the place of the
// shared state without a word. Whoever is in the process goes on with them, and what he does from
// then on is lost.

#include <sys/mman.h>

#include "runner/faults/fault.hpp"

namespace bulkhead::map_over_fault {
namespace {

void strike(const Strike& strike) {
  static_cast<void>(mmap(strike.arena.data(), strike.arena.size(), PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0));
}

const FaultRegistry::Registration registered{{
    .name = "map-over",
    .family = "address space",
    .help = "maps fresh private pages over the shared state",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .also = {Outcome::hang},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::map_over_fault

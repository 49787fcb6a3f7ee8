// What one worker can do to the mapping of the shared state. Mappings belong to the process: taking
// one away or protecting it hits all workers in it and nobody else. The pages behind it belong to
// everybody: who empties them empties them for all.

#include <sys/mman.h>

#include "runner/faults/fault.hpp"

namespace bulkhead::shared_pages_fault {
namespace {

void unmap(const Strike& strike) {
  munmap(strike.arena.data(), strike.arena.size());
}

void protect(const Strike& strike) {
  mprotect(strike.arena.data(), strike.arena.size(), PROT_READ);
}

void punch(const Strike& strike) {
  madvise(strike.arena.data(), strike.arena.size(), MADV_REMOVE);
}

// Who holds a robust lock in pages that are gone or read-only cannot have its death noted there by
// the kernel: then the others wait.
const std::vector<Outcome> lock_lost{Outcome::hang};

const FaultRegistry::Registration unmapped{{
    .name = "unmap-shared",
    .family = "address space",
    .help = "unmaps the shared state and goes on",
    .ends_as = "SIGSEGV",
    .also = lock_lost,
    .strike = unmap,
}};

const FaultRegistry::Registration protected_pages{{
    .name = "protect-shared",
    .family = "address space",
    .help = "makes the shared state read-only and goes on",
    .ends_as = "SIGSEGV",
    .also = lock_lost,
    .strike = protect,
}};

const FaultRegistry::Registration punched{{
    .name = "punch-shared",
    .family = "address space",
    .help = "empties the pages of the shared state, which no seal prevents",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::hang},
    // Whatever is made of zeroes: a free lock, an empty table, a null pointer.
    .also = {Outcome::hang, Outcome::silent, Outcome::degraded, Outcome::lost_all},
    .strike = punch,
}};

}  // namespace
}  // namespace bulkhead::shared_pages_fault

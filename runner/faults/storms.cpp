// System calls that are nobody else's business and slow others down all the same. Threads share one
// table of mappings: each change of it takes a lock that their page faults need as well, interrupts
// the CPUs they run on, or, after a fork, makes them copy every page that they write to.

#include <sys/mman.h>

#include <cstddef>

#include "ipc/region.hpp"
#include "runner/faults/brief_child.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::storms_fault {
namespace {

constexpr std::size_t pages = 16;

std::byte* map_pages() {
  void* start = mmap(nullptr, pages * page_bytes(), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return start == MAP_FAILED ? nullptr : static_cast<std::byte*>(start);
}

/// The kernel has nothing to take back from pages that nobody has used.
void touch(std::byte* start) {
  for (std::size_t page = 0; page < pages; ++page) {
    *static_cast<volatile std::byte*>(start + page * page_bytes()) = std::byte{1};
  }
}

void map_and_unmap(const Strike& strike) {
  for (const Deadline end = end_of(strike); !end.passed();) {
    std::byte* start = map_pages();
    if (start == nullptr) return;
    touch(start);
    munmap(start, pages * page_bytes());
  }
}

void protect_and_allow(const Strike& strike) {
  std::byte* start = map_pages();
  if (start == nullptr) return;
  for (const Deadline end = end_of(strike); !end.passed();) {
    touch(start);
    mprotect(start, pages * page_bytes(), PROT_READ);
    mprotect(start, pages * page_bytes(), PROT_READ | PROT_WRITE);
  }
  munmap(start, pages * page_bytes());
}

void fork_again_and_again(const Strike& strike) {
  for (const Deadline end = end_of(strike); !end.passed();) {
    reap(fork_briefly(end, [](Deadline) {}));
  }
}

const FaultRegistry::Registration mmap_storm{{
    .name = "mmap-storm",
    .family = "exhaustion",
    .help = "maps, touches and unmaps memory in a loop instead of working",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .parameters = {lasting("150ms")},
    .strike = map_and_unmap,
}};

const FaultRegistry::Registration mprotect_storm{{
    .name = "mprotect-storm",
    .family = "exhaustion",
    .help = "takes away and gives back the right to write to memory, in a loop",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .parameters = {lasting("150ms")},
    .strike = protect_and_allow,
}};

const FaultRegistry::Registration fork_storm{{
    .name = "fork-storm",
    .family = "exhaustion",
    .help = "forks children that leave at once, in a loop: siblings copy what they write to",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .parameters = {lasting("150ms")},
    .strike = fork_again_and_again,
}};

}  // namespace
}  // namespace bulkhead::storms_fault

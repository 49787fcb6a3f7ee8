// Shortening the file behind the shared state would take the pages from under everybody, and from
// under every replacement. This shows that it cannot be done here: the descriptor is closed, the
// way to the file over /proc is a privilege, and the file is sealed against those who have it.

#include <fcntl.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>

#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead::truncate_shared_fault {
namespace {

void strike(const Strike& strike) {
  const auto begin = reinterpret_cast<std::uintptr_t>(strike.arena.data());
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/map_files/%" PRIxPTR "-%" PRIxPTR, begin,
                begin + strike.arena.size());
  const UniqueFd file(open(path, O_RDWR | O_CLOEXEC));
  if (file.open()) static_cast<void>(!ftruncate(file.get(), 0));
}

const FaultRegistry::Registration registered{{
    .name = "truncate-shared",
    .family = "address space",
    .help = "tries to shorten the sealed file behind the shared state",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::truncate_shared_fault

// The number of mappings of a process is limited (vm.max_map_count). Every second page of a range
// made readable takes all of them without using any memory but the kernel's; afterwards no thread
// of the process gets a mapping, and so no large block and no stack for another thread.

#include <sys/mman.h>

#include <cstdlib>
#include <system_error>
#include <thread>

#include "ipc/region.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/use_up.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead::leak_maps_fault {
namespace {

constexpr std::size_t most_mappings = 100'000;

std::size_t allowed_mappings() {
  return std::strtoul(read_file("/proc/sys/vm/max_map_count").c_str(), nullptr, 10);
}

void take_all() {
  const std::size_t pages = 2 * most_mappings;
  void* start = mmap(nullptr, pages * page_bytes(), PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) return;
  auto* page = static_cast<std::byte*>(start);
  std::size_t index = 0;
  use_up(most_mappings, [&] {
    if (mprotect(page + index * page_bytes(), page_bytes(), PROT_READ) != 0) return false;
    index += 2;
    return true;
  });
}

/// It takes a good part of a second, in which the worker works on.
void strike(const Strike&) {
  try {
    std::thread(take_all).detach();
  } catch (const std::system_error&) {
    // There are no more threads to be had.
  }
}

std::string unavailable() {
  const std::size_t allowed = allowed_mappings();
  if (allowed == 0) return "the limit on mappings is not readable (vm.max_map_count)";
  return allowed > most_mappings ? "a process may have too many mappings to take them all" : "";
}

const FaultRegistry::Registration registered{{
    .name = "leak-maps",
    .family = "exhaustion",
    .help =
        "takes mappings in the background until the process can have no more (vm.max_map_count)",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::harmless},
    // A window may end before they are all taken. Processes: siblings wait for a CPU.
    .also = {Outcome::harmless, Outcome::degraded},
    .aims_at = AimsAt::requests,
    .strike = strike,
    .unavailable = unavailable,
}};

}  // namespace
}  // namespace bulkhead::leak_maps_fault

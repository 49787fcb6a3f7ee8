// A leak under a limit of the process's own. The limit and what it counts belong to the process, so
// that one worker's leak is every thread's shortage; a sibling in another process has its own.

#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>

#include "ipc/region.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/use_up.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead::leak_memory_fault {
namespace {

constexpr std::size_t largest_piece_bytes = std::size_t{1} << 20;
// So that a stack can still grow by a page: refused are requests, not the next function call.
constexpr std::size_t smallest_piece_bytes = std::size_t{64} << 10;

/// The field of /proc/self/statm that counts what a limit limits, in bytes.
std::uint64_t in_use_bytes(unsigned field) {
  std::istringstream fields(read_file("/proc/self/statm"));
  std::uint64_t pages = 0;
  for (unsigned index = 0; index <= field; ++index) fields >> pages;
  return pages * page_bytes();
}

bool limit_to(__rlimit_resource_t resource, std::uint64_t bytes) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return false;
  limit.rlim_cur = std::min<rlim_t>({limit.rlim_cur, limit.rlim_max, bytes});
  return setrlimit(resource, &limit) == 0;
}

/// The largest piece there is. It is not touched: the limit is on addresses and not on memory.
bool take_piece() {
  for (std::size_t bytes = largest_piece_bytes; bytes >= smallest_piece_bytes; bytes /= 2) {
    if (mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
        MAP_FAILED) {
      return true;
    }
  }
  return false;
}

void leak(const Strike& strike, __rlimit_resource_t resource, unsigned field) {
  const std::uint64_t size = strike.parameters.count("size");
  // Without the limit nothing is taken: the machine is not what shall run out.
  if (!limit_to(resource, in_use_bytes(field) + size)) return;
  use_up(size / smallest_piece_bytes, take_piece);
}

void leak_addresses(const Strike& strike) {
  constexpr unsigned total = 0;
  leak(strike, RLIMIT_AS, total);
}

void leak_data(const Strike& strike) {
  constexpr unsigned data_and_stack = 5;
  leak(strike, RLIMIT_DATA, data_and_stack);
}

Parameter size_parameter() {
  return {.name = "size",
          .kind = ParameterKind::bytes,
          .default_text = "64M",
          .help = "how much may still be had when the leak begins",
          .min = largest_piece_bytes,
          .max = std::int64_t{256} << 20};
}

const FaultRegistry::Registration addresses{{
    .name = "leak-as",
    .family = "exhaustion",
    .help = "leaks until the process's address space is used up (RLIMIT_AS)",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::harmless},
    .aims_at = AimsAt::requests,
    .parameters = {size_parameter()},
    .strike = leak_addresses,
}};

const FaultRegistry::Registration data{{
    .name = "leak-data",
    .family = "exhaustion",
    .help = "leaks until the process may have no more private memory (RLIMIT_DATA)",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::harmless},
    .aims_at = AimsAt::requests,
    .parameters = {size_parameter()},
    .strike = leak_data,
}};

}  // namespace
}  // namespace bulkhead::leak_memory_fault

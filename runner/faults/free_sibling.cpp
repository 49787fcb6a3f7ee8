// A block that one worker frees while another still uses it. The allocator hands it out again, so
// that it has two owners who write to it, and both believe in what they read. Where the allocator
// keeps it instead, its first owner's free is the second, and that one ends the process.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "runner/faults/canaries.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"
#include "runner/faults/reach.hpp"

namespace bulkhead::free_sibling_fault {
namespace {

constexpr std::size_t block_bytes = Canaries::heap_words * sizeof(std::uint64_t);

/// The new owner never gives it back.
BULKHEAD_FAULT void strike(const Strike& strike) {
  const Canaries* hit = within_reach(strike);
  if (hit == nullptr) return;
  std::free(opaque(hit->heap));
  auto* again = static_cast<volatile std::uint64_t*>(opaque(std::malloc(opaque(block_bytes))));
  if (again != nullptr) *again = 0;
}

/// Allocators that look for misuse keep a freed block back, and report whoever still uses it.
std::string unavailable() {
  void* first = opaque(std::malloc(opaque(block_bytes)));
  const auto first_address = reinterpret_cast<std::uintptr_t>(first);
  std::free(first);
  void* second = opaque(std::malloc(opaque(block_bytes)));
  const auto second_address = reinterpret_cast<std::uintptr_t>(second);
  std::free(second);
  return first_address == second_address ? "" : "malloc does not reuse what was just freed";
}

const FaultRegistry::Registration registered{{
    .name = "free-sibling",
    .family = "silent corruption",
    .help = "frees a heap block that a sibling still uses, and gets it for itself",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .aims_at = AimsAt::memory,
    .strike = strike,
    .unavailable = unavailable,
}};

}  // namespace
}  // namespace bulkhead::free_sibling_fault

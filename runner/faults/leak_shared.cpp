// A leak into the shared state: the walls between processes are no help, and no death gives it
// back, as the memory belongs to the segment and not to who took it. It ends with the arena, whose
// size is fixed.

#include "ipc/arena.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead::leak_shared_fault {
namespace {

constexpr std::size_t largest_piece_bytes = std::size_t{64} << 10;
constexpr std::size_t smallest_piece_bytes = 64;

/// Smaller and smaller pieces, none of them touched but for the allocator's own marks.
void strike(const Strike& strike) {
  if (strike.allocator == nullptr) return;
  for (std::size_t piece = largest_piece_bytes; piece >= smallest_piece_bytes; piece /= 2) {
    try {
      for (;;)
        static_cast<void>(strike.allocator->allocate_aligned(piece, alignof(std::max_align_t)));
    } catch (const boost::interprocess::bad_alloc&) {
      continue;  // There is no piece of this size any more.
    } catch (const ArenaPoisoned&) {
      return;
    }
  }
}

const FaultRegistry::Registration registered{{
    .name = "leak-shared",
    .family = "exhaustion",
    .help = "takes all memory of the shared state that is left, and gives none back",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    // Where the workload allocates there while it works.
    .also = {Outcome::hang, Outcome::contained, Outcome::degraded, Outcome::lost_all,
             Outcome::silent},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::leak_shared_fault

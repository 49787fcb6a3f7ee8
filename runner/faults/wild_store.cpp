// Stores through pointers that belong to somebody else: to a sibling's memory of every kind, and to
// the state that all share. Nothing traps, since the pages are mapped and writable. A worker in a
// process of its own cannot reach a sibling's memory: with the same address it hits its own copy,
// as forked processes have one layout. What is shared lies open to everybody in any mode.

#include <cstddef>
#include <cstdint>
#include <span>

#include "runner/faults/canaries.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"
#include "runner/faults/reach.hpp"
#include "runner/faults/table.hpp"

namespace bulkhead::wild_store_fault {
namespace {

constexpr std::size_t words_hit = 8;
static_assert(words_hit <= Canaries::other_words && words_hit <= Canaries::heap_words);
constexpr std::uint64_t stray = 0x4141'4141'4141'4141;

BULKHEAD_FAULT void scribble(const void* address) {
  auto* word = static_cast<volatile std::uint64_t*>(opaque(const_cast<void*>(address)));
  for (std::size_t index = 0; index < words_hit; ++index) word[index] = stray;
}

BULKHEAD_FAULT void strike_heap(const Strike& strike) {
  if (const Canaries* hit = within_reach(strike)) scribble(hit->heap);
}

BULKHEAD_FAULT void strike_stack(const Strike& strike) {
  if (const Canaries* hit = within_reach(strike)) scribble(hit->stack.data());
}

BULKHEAD_FAULT void strike_thread_local(const Strike& strike) {
  if (const Canaries* hit = within_reach(strike)) scribble(hit->thread_local_words.data());
}

/// By distance from one's own: every worker has its words in every process, used or not.
void strike_static(const Strike& strike) {
  const std::uint32_t sibling = (strike.worker + 1) % strike.worker_count;
  const bool has_words = sibling < Canaries::static_workers_at_most;
  if (strike.own == nullptr || strike.own->static_words.empty() || !has_words) return;
  const std::uint64_t* own = opaque(strike.own->static_words.data());
  const auto workers_between = std::ptrdiff_t{sibling} - std::ptrdiff_t{strike.worker};
  scribble(own + workers_between * std::ptrdiff_t{Canaries::other_words});
}

void strike_private(const Strike& strike) {
  if (strike.sibling_words.size() >= words_hit) scribble(strike.sibling_words.data());
}

void strike_shared(const Strike& strike) {
  const std::span<std::uint64_t> table = largest_table(strike.arena, 2 * words_hit);
  if (!table.empty()) scribble(table.data() + table.size() / 2);
}

constexpr std::string_view family = "silent corruption";
constexpr std::string_view nothing = "nothing";

const FaultRegistry::Registration heap{{
    .name = "wild-heap",
    .family = family,
    .help = "stores eight words to the address of a sibling's heap block",
    .ends_as = nothing,
    .expected = {Outcome::silent, Outcome::silent},
    .aims_at = AimsAt::memory,
    .strike = strike_heap,
}};

const FaultRegistry::Registration stack{{
    .name = "wild-stack",
    .family = family,
    .help = "stores eight words to an address on a sibling's stack",
    .ends_as = nothing,
    .expected = {Outcome::silent, Outcome::silent},
    .aims_at = AimsAt::memory,
    .strike = strike_stack,
}};

const FaultRegistry::Registration thread_local_words{{
    .name = "wild-tls",
    .family = family,
    .help = "stores eight words to the address of a sibling's thread_local variable",
    .ends_as = nothing,
    .expected = {Outcome::silent, Outcome::silent},
    .aims_at = AimsAt::memory,
    .strike = strike_thread_local,
}};

const FaultRegistry::Registration static_words{{
    .name = "wild-bss",
    .family = family,
    .help = "stores eight words to a sibling's place in a global array",
    .ends_as = nothing,
    .expected = {Outcome::silent, Outcome::harmless},
    .aims_at = AimsAt::memory,
    .strike = strike_static,
}};

const FaultRegistry::Registration private_words{{
    .name = "wild-private",
    .family = family,
    .help = "stores eight words to a sibling's page of memory that processes do not share",
    .ends_as = nothing,
    .expected = {Outcome::silent, Outcome::harmless},
    .strike = strike_private,
}};

const FaultRegistry::Registration shared{{
    .name = "wild-shared",
    .family = family,
    .help = "stores eight words into the middle of the largest table of the shared state",
    .ends_as = nothing,
    .expected = {Outcome::silent, Outcome::silent},
    .strike = strike_shared,
}};

}  // namespace
}  // namespace bulkhead::wild_store_fault

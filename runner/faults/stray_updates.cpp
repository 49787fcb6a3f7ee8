// Updates of the shared state by somebody who does not keep to the rules: to the element next to
// the right one, and without the lock. Unlike a wild store they look like work: the numbers stay
// plausible, and only a sum that must hold tells.

#include <cstdint>
#include <span>

#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/opaque.hpp"
#include "runner/faults/table.hpp"

namespace bulkhead::stray_updates_fault {
namespace {

constexpr std::size_t fewest_words = 16;

/// One indivisible addition: that it goes to the wrong place is the only mistake.
BULKHEAD_FAULT void add_beside(const Strike& strike) {
  const std::span<std::uint64_t> table = largest_table(strike.arena, fewest_words);
  if (table.empty()) return;
  std::uint64_t& meant = table[strike.worker % (table.size() - 1)];
  __atomic_fetch_add(opaque(&meant) + 1, 1, __ATOMIC_RELAXED);
}

/// What others do to the word between the two halves is lost.
BULKHEAD_FAULT void write_back(volatile std::uint64_t& word) {
  constexpr int pause = 300;
  const std::uint64_t seen = word;
  for (int step = 0; step < pause; ++step) static_cast<void>(opaque(step));
  word = seen;
}

BULKHEAD_FAULT void update_without_lock(const Strike& strike) {
  const std::span<std::uint64_t> table = largest_table(strike.arena, fewest_words);
  if (table.empty()) return;
  std::size_t index = 0;
  for (const Deadline end = end_of(strike); !end.passed();) {
    write_back(table[index++ % table.size()]);
  }
}

const FaultRegistry::Registration beside{{
    .name = "off-by-one",
    .family = "silent corruption",
    .help = "adds one to the element of the shared table behind the right one",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .strike = add_beside,
}};

const FaultRegistry::Registration unlocked{{
    .name = "no-lock",
    .family = "silent corruption",
    .help = "updates the shared table without the lock: others' updates between are lost",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .also = {Outcome::harmless},  // Where nobody came between.
    .parameters = {lasting("60ms")},
    .strike = update_without_lock,
}};

}  // namespace
}  // namespace bulkhead::stray_updates_fault

// Three races between two workers for words that lie in shared memory, each with loads and stores
// that are whole by themselves: what is wrong is only how they fall together. To the processor it
// is the same whether the two are threads or processes.

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "runner/faults/duet.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::races_fault {
namespace {

using Word = std::atomic<std::uint64_t>;

/// Between two looks at the clock, which would be the most of the time.
constexpr std::uint64_t rounds_a_look = 256;

/// Adds one, again and again, by a load and a store. Answers how often.
BULKHEAD_FAULT std::uint64_t add_in_two_parts(Word& word, Deadline end) {
  std::uint64_t added = 0;
  do {
    for (std::uint64_t round = 0; round < rounds_a_look; ++round) {
      const std::uint64_t seen = word.load(std::memory_order_relaxed);
      word.store(seen + 1, std::memory_order_relaxed);
    }
    added += rounds_a_look;
  } while (!end.passed());
  return added;
}

void lose_updates(const Strike& strike) {
  if (!are_two(strike)) return;
  const Deadline end = end_of(strike);
  Stage& stage = *strike.stage;
  Word &counter = stage.words[0].value, &added = stage.words[1].value;
  if (!keep_step_awake(stage, strike.role, end)) return;
  added.fetch_add(add_in_two_parts(counter, end), std::memory_order_relaxed);
  // What is missing is known when nobody adds any more.
  if (!keep_step(stage, strike.role, Deadline::in(meeting_patience_ns))) return;
  if (strike.role != Role::culprit) return;
  const std::uint64_t all = added.load(std::memory_order_relaxed);
  report(stage, all, all - std::min(all, counter.load(std::memory_order_relaxed)));
}

/// Lets a little time pass, of a length that is another one in each round: who comes last to a step
/// knows it first, by the way of a line from CPU to CPU, and would always be ahead of the other.
/// Half of the rounds are for CPUs that are near to each other, half for those that are not.
BULKHEAD_FAULT void stagger(std::uint64_t round, Role role) {
  constexpr std::uint64_t near = 128, far = 1024;
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;  // Of multiplicative hashing (Knuth).
  const std::uint64_t chance = (2 * round + place(role)) * golden >> 32;
  const std::uint64_t length = chance % (round % 2 == 0 ? near : far);
  for (std::uint64_t step = 0; step < length; ++step) static_cast<void>(opaque(step));
}

/// The store-buffering test: each says that it has come and looks for the other, round by round.
/// That both see nobody cannot be had by taking turns, but by a store that waits in its buffer.
BULKHEAD_FAULT void buffer_stores(const Strike& strike) {
  constexpr std::uint64_t most_rounds = 100'000;
  if (!are_two(strike)) return;
  const Deadline end = end_of(strike);
  Stage& stage = *strike.stage;
  Word& mine = stage.words[place(strike.role)].value;
  const Word& theirs = stage.words[place(other(strike.role))].value;
  // What the culprit saw in even and in odd rounds: the partner reads it one round later.
  Word* const notes[] = {&stage.words[2].value, &stage.words[3].value};
  std::uint64_t tries = 0, seen = 0;
  bool i_missed = false;
  for (std::uint64_t round = 1; round <= most_rounds; ++round) {
    if (round % rounds_a_look == 0 && end.passed()) break;
    if (!keep_step_awake(stage, strike.role, end)) break;
    if (strike.role == Role::partner && round > 1) {
      const bool it_missed = notes[(round - 1) % 2]->load(std::memory_order_relaxed) != 0;
      ++tries;
      seen += i_missed && it_missed ? 1 : 0;
    }
    stagger(round, strike.role);
    mine.store(round, std::memory_order_release);
    i_missed = theirs.load(std::memory_order_acquire) < round;
    if (strike.role == Role::culprit) {
      notes[round % 2]->store(i_missed ? 1 : 0, std::memory_order_relaxed);
    }
  }
  report(stage, tries, seen);
}

BULKHEAD_FAULT void write_pairs(Word& first, Word& second, Deadline end) {
  for (std::uint64_t value = 1; value % rounds_a_look != 0 || !end.passed(); ++value) {
    first.store(value, std::memory_order_relaxed);
    second.store(value, std::memory_order_relaxed);
  }
}

/// Until the writer is done or the time is over.
BULKHEAD_FAULT void read_pairs(Stage& stage, Deadline end) {
  const Word &first = stage.words[0].value, &second = stage.words[1].value;
  std::uint64_t tries = 0, torn = 0;
  do {
    for (std::uint64_t round = 0; round < rounds_a_look; ++round) {
      const std::uint64_t one = first.load(std::memory_order_relaxed);
      torn += one != second.load(std::memory_order_relaxed) ? 1 : 0;
    }
    tries += rounds_a_look;
  } while (!end.passed());
  report(stage, tries, torn);
}

void tear_reads(const Strike& strike) {
  if (!are_two(strike)) return;
  const Deadline end = end_of(strike);
  if (!keep_step_awake(*strike.stage, strike.role, end)) return;
  Stage& stage = *strike.stage;
  if (strike.role == Role::partner) return read_pairs(stage, end);
  write_pairs(stage.words[0].value, stage.words[1].value, end);
}

const FaultRegistry::Registration updates{{
    .name = "lost-update",
    .family = "silent corruption",
    .help = "adds to one word as the next worker does, both by a load and a store: additions are"
            " lost",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .also = {Outcome::harmless, Outcome::degraded},  // Where they never met, or never collided.
    .duet = Duet::corrupts,
    .parameters = {lasting("30ms")},
    .strike = lose_updates,
}};

const FaultRegistry::Registration order{{
    .name = "memory-order",
    .family = "silent corruption",
    .help = "says by a store that it has come and looks for the next worker, who does the same:"
            " both see nobody",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    // Where the processor keeps that order, too, or both run on one.
    .also = {Outcome::harmless, Outcome::degraded},
    .duet = Duet::corrupts,
    .parameters = {lasting("30ms")},
    .strike = buffer_stores,
}};

const FaultRegistry::Registration reads{{
    .name = "torn-read",
    .family = "silent corruption",
    .help = "writes pairs of equal words without a lock, which the next worker reads: halves of"
            " two pairs",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .also = {Outcome::harmless, Outcome::degraded},
    .duet = Duet::corrupts,
    .parameters = {lasting("30ms")},
    .strike = tear_reads,
}};

}  // namespace
}  // namespace bulkhead::races_fault

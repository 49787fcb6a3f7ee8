// A list whose head is exchanged by compare-and-swap without a tag. The culprit reads the head and
// what comes after it and is held up; the partner takes two nodes off and puts the first one back.
// The head is what it was, so the exchange succeeds, and what becomes the head is a node that was
// taken off and is somebody else's.

#include <atomic>
#include <cstdint>
#include <iterator>

#include "runner/faults/duet.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::aba_fault {
namespace {

using Word = std::atomic<std::uint64_t>;

constexpr std::uint64_t nobody = 0;
constexpr std::uint64_t removed = 2;  // The node that the partner keeps.

/// Nodes are 1, 2 and 3; word 0 is the head and word N is what comes after node N.
class List {
 public:
  explicit List(Stage& stage) : stage_(stage) {}

  void fill() {
    constexpr std::uint64_t whole[] = {1, 2, 3, nobody};
    for (std::size_t word = 0; word < std::size(whole); ++word) {
      stage_.words[word].value.store(whole[word], std::memory_order_relaxed);
    }
  }

  [[nodiscard]] std::uint64_t head() const { return word(0).load(std::memory_order_acquire); }
  [[nodiscard]] std::uint64_t after(std::uint64_t node) const {
    return word(node).load(std::memory_order_relaxed);
  }

  /// The second half of taking `node` off: whether it was still the head.
  bool exchange_head(std::uint64_t node, std::uint64_t next) {
    return word(0).compare_exchange_strong(node, next, std::memory_order_acq_rel);
  }

  void pop() {
    const std::uint64_t node = head();
    exchange_head(node, after(node));
  }

  void push(std::uint64_t node) {
    const std::uint64_t next = head();
    word(node).store(next, std::memory_order_relaxed);
    exchange_head(next, node);
  }

 private:
  /// Whatever a node's number says, there are four words.
  [[nodiscard]] Word& word(std::uint64_t number) const {
    return stage_.words[number % stage_.words.size()].value;
  }

  Stage& stage_;
};

/// Whether all steps of the round were done in time.
bool play_culprit(Stage& stage, Deadline end) {
  List list(stage);
  list.fill();
  if (!keep_step(stage, Role::culprit, end)) return false;
  const std::uint64_t node = list.head();
  const std::uint64_t next = list.after(node);
  if (!keep_step(stage, Role::culprit, end)) return false;  // Held up here;
  if (!keep_step(stage, Role::culprit, end)) return false;  // meanwhile the partner was at it.
  list.exchange_head(node, next);
  report(stage, 1, list.head() == removed ? 1 : 0);
  return true;
}

bool play_partner(Stage& stage, Deadline end) {
  List list(stage);
  if (!keep_step(stage, Role::partner, end) || !keep_step(stage, Role::partner, end)) return false;
  const std::uint64_t node = list.head();
  list.pop();
  list.pop();
  list.push(node);
  return keep_step(stage, Role::partner, end);
}

void strike(const Strike& strike) {
  constexpr int most_rounds = 100;
  if (!are_two(strike)) return;
  const Deadline end = end_of(strike);
  const auto play = strike.role == Role::culprit ? play_culprit : play_partner;
  for (int round = 0; round < most_rounds && play(*strike.stage, end); ++round) {
  }
}

const FaultRegistry::Registration registered{{
    .name = "aba",
    .family = "silent corruption",
    .help = "exchanges the head of a list that the next worker has changed and changed back: the"
            " head is a node that is gone",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .also = {Outcome::harmless, Outcome::degraded},  // Where they never met.
    .duet = Duet::corrupts,
    .parameters = {lasting("30ms")},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::aba_fault

// Two faults at once, of any kinds, at any two workers, in any mode: whatever comes of it, the
// trial ends in its time, is complete, and leaves nothing behind. BULKHEAD_PAIRS says how many
// pairs are tried (all there are: 0), BULKHEAD_PAIRS_SEED which.

#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "runner/faults/fault.hpp"
#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"
#include "workloads/random.hpp"

using namespace bulkhead;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::vector<const FaultEntry*> available_faults() {
  std::vector<const FaultEntry*> faults;
  for (const FaultEntry& fault : FaultRegistry::all()) {
    if (fault.unavailable == nullptr || fault.unavailable().empty()) faults.push_back(&fault);
  }
  return faults;
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

bool has_children() {
  errno = 0;
  return !(waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD);
}

struct Pair {
  const FaultEntry* first;
  const FaultEntry* second;
};

std::vector<Pair> choose_pairs(std::uint64_t count, std::uint64_t seed) {
  const std::vector<const FaultEntry*> faults = available_faults();
  std::vector<Pair> pairs;
  for (const FaultEntry* first : faults) {
    for (const FaultEntry* second : faults) pairs.push_back({first, second});
  }
  shuffle(pairs, seed);
  if (count != 0 && count < pairs.size()) pairs.resize(count);
  return pairs;
}

void check(const Pair& pair, const std::string& mode, std::uint64_t seed) {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = 60 * ms;
  plan.stall_timeout_ns = 30 * ms;
  plan.restart = RestartPolicy::one_for_one;
  arm(plan, pair.first->name, 1, {.kind = TriggerKind::moment, .after_ns = 10 * ms});
  arm(plan, pair.second->name, 2, {.kind = TriggerKind::moment, .after_ns = 10 * ms});
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, true, seed}, interrupts);
  CAPTURE(mode, pair.first->name, pair.second->name, trial.reason, trial.error_output);
  // A supervisor that hung or was killed would have made it a failed one.
  CHECK(trial.status == TrialStatus::completed);
  CHECK(trial.fault_struck);
  CHECK_FALSE(has_children());
}

}  // namespace

TEST_CASE("two faults at once end in time and leave nothing behind",
          "[pairs][fork][slow][serial]") {
  const std::uint64_t seed = from_environment("BULKHEAD_PAIRS_SEED", 1);
  const std::vector<Pair> pairs = choose_pairs(from_environment("BULKHEAD_PAIRS", 40), seed);
  const std::size_t before = open_descriptors();
  REQUIRE_FALSE(pairs.empty());
  for (const std::string mode : {"process", "thread", "2x2"}) {
    for (const Pair& pair : pairs) check(pair, mode, seed);
  }
  CHECK(open_descriptors() == before);
}

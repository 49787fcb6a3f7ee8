// Many faults of many kinds in one trial, in every kind of mode: each is accounted for, and no
// acknowledged unit is missing however often workers die. BULKHEAD_SOAK says how many deaths a mode
// (1,000 otherwise; 100,000 before a release), BULKHEAD_SOAK_SEED where the seeds begin.

#include <cstdlib>
#include <numeric>

#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

constexpr std::uint32_t worker_count = 4;

/// Every worker is struck again and again, in its generations too, by one of four kinds each, on
/// average after 5,000 units, and another one inside the critical section to begin with.
Plan soak_plan(const std::string& mode, std::uint64_t seed) {
  Plan plan = small_plan("bank", worker_count, {mode});
  plan.seed = seed;
  plan.extent.duration_ns = 4'000 * ms;
  plan.restart = RestartPolicy::one_for_one;
  plan.restart_limits = {.at_most = 1'000'000, .first_back_off_ns = 0, .longest_back_off_ns = 0};
  plan.stall_timeout_ns = 2'000 * ms;
  const char* faults[worker_count] = {"abort", "kill-9", "segv-null", "exit-now"};
  for (std::uint32_t worker = 0; worker < worker_count; ++worker) {
    arm(plan, faults[worker], worker, {.kind = TriggerKind::probability, .probability = 0.0002});
    arm(plan, "kill-9", worker, {.kind = TriggerKind::in_section, .after_ns = 10 * ms});
  }
  return plan;
}

std::uint64_t wanted(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string wrong_causes(const TrialRecord& trial) {
  std::string wrong;
  for (const DeathRecord& death : trial.deaths) {
    const std::string cause = to_text(death.cause);
    const bool known =
        cause == "SIGABRT" || cause == "SIGKILL" || cause == "SIGSEGV" || cause == "exit 5";
    if (!known) wrong += cause + " ";
  }
  return wrong;
}

}  // namespace

TEST_CASE("a thousand faults a mode lose no acknowledged unit, and each death is accounted for",
          "[soak][fork][slow][serial]") {
  const std::uint64_t enough = wanted("BULKHEAD_SOAK", 1'000);
  const std::uint64_t first_seed = wanted("BULKHEAD_SOAK_SEED", 1);
  for (const std::string mode : {"process", "thread", "2x2"}) {
    std::size_t deaths = 0;
    for (std::uint64_t seed = first_seed; deaths < enough; ++seed) {
      REQUIRE(seed - first_seed < enough / 100);
      const Plan plan = soak_plan(mode, seed);
      Interrupts interrupts;
      const TrialRecord trial = run_trial(plan, {0, 0, true, seed}, interrupts);
      CAPTURE(mode, seed, trial.reason, trial.error_output, trial.verify.finding);
      REQUIRE(trial.status == TrialStatus::completed);
      CHECK(wrong_causes(trial).empty());
      CHECK(trial.verify.health == VerifyRecord::Health::sound);
      CHECK(trial.verify.missing_units == 0);
      CHECK(trial.killed_at_end == 0);
      const std::uint64_t strikes = std::accumulate(
          trial.workers.begin(), trial.workers.end(), std::uint64_t{0},
          [](std::uint64_t sum, const WorkerRecord& worker) { return sum + worker.strikes; });
      // In one process two may be struck before the first has ended it: one death, two strikes.
      CHECK(strikes >= trial.deaths.size());
      if (mode == "process") CHECK(strikes == trial.deaths.size());
      CHECK_FALSE(trial.gave_up_restarting);
      deaths += trial.deaths.size();
    }
  }
}

// The runner itself is killed, at many moments: nothing of its trials outlives it.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/reports/containment.hpp"
#include "runner/trial/run_trial.hpp"
#include "runner/trial/strays.hpp"
#include "tests/catch.hpp"
#include "tests/marked_program.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"
#include "workloads/random.hpp"

using namespace bulkhead;

namespace {

/// A run with crashes, restarts and spares in it.
const std::vector<std::string> run_with_crashes{
    "run",   "bank",    "--workers",     "4",         "--mode",      "process,2x2", "--duration",
    "150ms", "--fault", "abort@1:ms=30", "--restart", "one-for-one", "--spares",    "1"};

void kill_again_and_again(int kills) {
  const std::string mark = "BULKHEAD_TEST_MARK=" + std::to_string(getpid()) + "x";
  std::uint64_t random = 20;
  std::size_t seen_alive = 0;
  // A start takes a sanitizer longer than some of the moments; so more of them, where it does.
  for (int round = 0; round < kills || seen_alive <= 5; ++round) {
    REQUIRE(round < kills + 80);
    const pid_t runner = start_marked(run_with_crashes, mark);
    REQUIRE(runner > 0);
    usleep(static_cast<useconds_t>(1'000 + next_random(random) % 300'000));
    seen_alive += count_marked(mark) > 2 ? 1 : 0;
    kill(runner, SIGKILL);
    waitpid(runner, nullptr, 0);
    REQUIRE(wait_until_unmarked(mark));
  }
}

}  // namespace

TEST_CASE("whenever the runner is killed, its processes are gone soon after", "[runner][fork]") {
  kill_again_and_again(20);
}

TEST_CASE("two hundred killed runners leave nothing behind", "[runner][fork][slow]") {
  kill_again_and_again(200);
}

TEST_CASE("when the process that supervises a trial is struck, all workers go and nothing stays",
          "[trial][fork]") {
  for (const std::string mode : {"thread", "process", "2x2"}) {
    for (const std::string_view fault : {"kill-9", "segv-null"}) {
      Plan plan = small_plan("bank", 4, {mode});
      plan.extent.duration_ns = 200 * ms;
      arm(plan, fault, 0, {.kind = TriggerKind::moment, .after_ns = 5 * ms});
      plan.faults.back().target = FaultTarget::runner;
      Interrupts interrupts;
      adopt_orphans();
      const TrialRecord trial = run_trial(plan, {0, 0, true, 1}, interrupts);
      CAPTURE(mode, fault, trial.reason, trial.error_output);
      REQUIRE(trial.status == TrialStatus::completed);
      REQUIRE(trial.fault_struck);
      REQUIRE(trial.orphans);
      CHECK(trial.orphans->count >= trial.deaths.size());
      CHECK(trial.orphans->left_over == 0);
      CHECK(outcome_of(trial, 0) == Outcome::lost_all);
      CHECK(trial.verify.health == VerifyRecord::Health::unreachable);
    }
  }
}

TEST_CASE("a supervisor that is not struck leaves no orphans to tell of", "[trial][fork]") {
  Plan plan = small_plan("bank", 4, {"process"});
  plan.extent.duration_ns = 50 * ms;
  arm(plan, "kill-9", 1, {.kind = TriggerKind::moment, .after_ns = 5 * ms});
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, true, 1}, interrupts);
  REQUIRE(trial.status == TrialStatus::completed);
  CHECK_FALSE(trial.orphans);
}

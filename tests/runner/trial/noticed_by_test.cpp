// Who noticed a fault first, by what a trial recorded; and by real faults, one for each way.

#include "runner/trial/noticed_by.hpp"

#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

std::string noticer_of(const std::string& fault, const std::string& mode) {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = 200 * ms;
  plan.stall_timeout_ns = 50 * ms;
  arm(plan, fault, 1, {.kind = TriggerKind::moment, .after_ns = 10 * ms});
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, true, plan.seed}, interrupts);
  CAPTURE(fault, mode, trial.reason);
  REQUIRE(trial.fault_struck);
  return std::string(noticed_by(trial));
}

}  // namespace

TEST_CASE("a death is noticed by the end of the process, a hang by the progress beat",
          "[isolation][fork]") {
  CHECK(noticer_of("segv-null", "process") == "process's end");
  CHECK(noticer_of("block", "process") == "progress beat");
}

TEST_CASE("silent damage is noticed by canaries and by the workload's invariant, and only then",
          "[isolation][fork]") {
  CHECK(noticer_of("wild-private", "thread") == "canary");
  CHECK(noticer_of("torn-update", "process") == "verification");
  CHECK(noticer_of("wild-private", "process") == "nobody");
}

TEST_CASE("what the runner sees when its supervisor dies comes before all else", "[isolation]") {
  TrialRecord trial;
  trial.workers.resize(2);
  CHECK(noticed_by(trial) == "nobody");
  trial.killed_at_end = 1;
  CHECK(noticed_by(trial) == "end of the trial");
  trial.workers[1].canary_broken = true;
  CHECK(noticed_by(trial) == "canary");
  trial.deaths.push_back({});
  CHECK(noticed_by(trial) == "process's end");
  trial.deaths[0].cause.kind = ExitCause::Kind::stalled;
  CHECK(noticed_by(trial) == "progress beat");
  trial.orphans.emplace();
  CHECK(noticed_by(trial) == "supervisor's end");
}

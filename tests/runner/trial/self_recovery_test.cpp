// A worker that catches its own crash and goes on, beside one that is started again. no_tsan,
// no_asan: sanitizers have handlers of their own.

#include <numeric>

#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

Plan plan_of(const std::string& mode) {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = 400 * ms;  // The victim may get no CPU for a while.
  plan.recover = SelfRecovery::siglongjmp;
  return plan;
}

TrialRecord run_struck(const Plan& plan) {
  Interrupts interrupts;
  TrialRecord trial = run_trial(plan, {0, 0, true, plan.seed}, interrupts);
  CAPTURE(trial.reason, trial.error_output);
  REQUIRE(trial.status == TrialStatus::completed);
  REQUIRE(trial.fault_struck);
  return trial;
}

std::uint32_t caught(const TrialRecord& trial) {
  return std::accumulate(
      trial.workers.begin(), trial.workers.end(), 0u,
      [](std::uint32_t sum, const WorkerRecord& worker) { return sum + worker.caught; });
}

}  // namespace

TEST_CASE("a crash between two operations is caught and costs nobody, in every mode",
          "[recover][fork][no_tsan][no_asan]") {
  for (const std::string mode : {"thread", "process", "2x2"}) {
    Plan plan = plan_of(mode);
    arm(plan, "segv-null", 1, {.kind = TriggerKind::operation, .operation = 1000});
    const TrialRecord trial = run_struck(plan);
    CAPTURE(mode, trial.verify.finding);
    CHECK(caught(trial) == 1);
    CHECK(trial.deaths.empty());
    CHECK(trial.verify.health == VerifyRecord::Health::sound);
    CHECK(trial.workers[1].finished > 1000);
    for (const WorkerRecord& worker : trial.workers) CHECK(worker.ended_well);
  }
}

TEST_CASE("a crash inside a critical section is caught, and the lock stays held for ever",
          "[recover][fork][no_tsan][no_asan]") {
  Plan plan = plan_of("thread");
  arm(plan, "segv-null", 1, {.kind = TriggerKind::in_section, .after_ns = 10 * ms});
  const TrialRecord trial = run_struck(plan);
  CHECK(caught(trial) == 1);
  CHECK(trial.killed_at_end == 1);
  CHECK(trial.workers[1].left_locked);
  CHECK(trial.verify.health == VerifyRecord::Health::torn);
}

TEST_CASE("the same crash and a restart leave nobody waiting and the state sound",
          "[recover][fork]") {
  Plan plan = plan_of("process");
  plan.recover = SelfRecovery::none;
  plan.restart = RestartPolicy::one_for_one;
  arm(plan, "segv-null", 1, {.kind = TriggerKind::in_section, .after_ns = 10 * ms});
  const TrialRecord trial = run_struck(plan);
  CHECK(trial.killed_at_end == 0);
  CHECK_FALSE(trial.workers[1].left_locked);
  CHECK(trial.verify.health == VerifyRecord::Health::sound);
}

TEST_CASE("whoever crashes again and again is not caught for ever",
          "[recover][fork][no_tsan][no_asan]") {
  Plan plan = small_plan("bank", 1, {"process"});
  plan.recover = SelfRecovery::siglongjmp;
  plan.extent.duration_ns = 5'000 * ms;  // It ends when nobody is left.
  arm(plan, "segv-null", 0, {.kind = TriggerKind::probability, .probability = 1});
  const TrialRecord trial = run_struck(plan);
  CHECK(caught(trial) == 1000);
  CHECK(trial.workers[0].deaths == 1);
}

TEST_CASE("an abort is not caught", "[recover][fork]") {
  Plan plan = plan_of("process");
  arm(plan, "abort", 1, {.kind = TriggerKind::operation, .operation = 1000});
  CHECK(run_struck(plan).workers[1].deaths == 1);
}

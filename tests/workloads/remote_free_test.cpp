// Blocks that one worker allocates and its partner frees: in every mode, with deaths, and with
// heaps that die with their process.

#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/workloads/bare_trial.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

Plan plan_of(const std::string& heap, const std::vector<std::string>& modes) {
  Plan plan = small_plan("remote-free", 4, modes);
  plan.parameters.set("heap", heap);
  return plan;
}

void check_sound(const TrialRecord& trial) {
  CAPTURE(trial.id.mode, trial.reason, trial.verify.finding);
  CHECK(trial.status == TrialStatus::completed);
  CHECK(trial.verify.health == VerifyRecord::Health::sound);
  CHECK(trial.window()->operations > 0);
}

}  // namespace

TEST_CASE("blocks of a shared heap are freed by a partner in every mode", "[remote-free][fork]") {
  for (const TrialRecord& trial : trials_of(plan_of("shared", {"thread", "process", "2x2"}))) {
    check_sound(trial);
  }
}

TEST_CASE("blocks of malloc are freed by a partner that shares the process",
          "[remote-free][fork]") {
  for (const TrialRecord& trial : trials_of(plan_of("malloc", {"thread", "2x2"}))) {
    check_sound(trial);
  }
}

TEST_CASE("who allocates for a dead partner says so and ends", "[remote-free][fork]") {
  Plan plan = plan_of("shared", {"process"});
  plan.extent.operations = 20'000;
  arm(plan, "kill-9", 1, {TriggerKind::operation, 50, 0});
  for (const TrialRecord& trial : trials_of(plan)) {
    if (!trial.id.with_faults) continue;
    CAPTURE(trial.reason, trial.verify.finding);
    CHECK(trial.deaths.size() == 1);
    CHECK_THAT(trial.workers[0].failure, Contains("worker 1, which it needs, is gone"));
  }
}

TEST_CASE("blocks of a shared heap outlive the worker that allocated them", "[remote-free][fork]") {
  Plan plan = plan_of("shared", {"process"});
  plan.restart = RestartPolicy::one_for_one;
  plan.extent.operations = 20'000;
  arm(plan, "exit-3", 0, {TriggerKind::operation, 500, 0});
  for (const TrialRecord& trial : trials_of(plan)) {
    check_sound(trial);
    CHECK(trial.window()->operations == 20'000);
    CHECK_THAT(trial.verify.finding, Contains("and 0 gone with the process"));
    if (trial.id.with_faults) CHECK(trial.restarts == 1);
  }
}

TEST_CASE("blocks of malloc are gone with their process, and nobody frees them",
          "[remote-free][fork]") {
  Plan plan = plan_of("malloc", {"2x2"});
  plan.restart = RestartPolicy::one_for_one;
  plan.extent.operations = 20'000;
  // When it is the consumer that dies, blocks wait in the ring.
  arm(plan, "exit-3", 1, {TriggerKind::operation, 500, 0});
  for (const TrialRecord& trial : trials_of(plan)) {
    check_sound(trial);
    CHECK(trial.window()->operations == 20'000);
    if (trial.id.with_faults) {
      CHECK(trial.restarts == 1);
      CHECK_THAT(trial.verify.finding, !Contains("and 0 gone with the process"));
    }
  }
}

TEST_CASE("what was acknowledged and was not freed is found", "[remote-free]") {
  for (const std::string heap : {"shared", "malloc"}) {
    BareTrial trial("remote-free", 2,
                    [&](ParameterValues& parameters) { parameters.set("heap", heap); });
    trial.run(300);
    CAPTURE(heap, trial.verify().finding);
    CHECK(trial.verify().health == StateHealth::sound);
    CHECK_THAT(trial.verify().finding, Contains("300 blocks freed by another worker, 0 of them"));
    CHECK(trial.verify(1).health == StateHealth::lossy);
    CHECK(trial.verify(1).missing_units == 2);
  }
}

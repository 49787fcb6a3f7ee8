// Blocks that one worker allocates and its partner frees: in every mode, with deaths, and with
// heaps that die with their process.

#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"
#include "tests/workloads/bare_trial.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

Plan plan_of(const std::string& heap, const std::vector<std::string>& modes) {
  Plan plan = small_plan("remote-free", 4, modes);
  plan.parameters.set("heap", heap);
  // Four that spin on two CPUs: in the time of a slice or two, each pair may wait for a half of it.
  plan.extent.duration_ns = 200 * ms;
  return plan;
}

void check_sound(const TrialRecord& trial) {
  CAPTURE(trial.id.mode, trial.reason, trial.verify.finding);
  CHECK(trial.status == TrialStatus::completed);
  CHECK(trial.verify.health == VerifyRecord::Health::sound);
  CHECK(trial.window()->operations > 0);
}

/// Those in which the worker died and was replaced, and the work was done to its end.
std::vector<TrialRecord> trials_with_a_death(const std::string& heap, const std::string& mode,
                                             std::uint32_t worker) {
  Plan plan = plan_of(heap, {mode});
  plan.restart = RestartPolicy::one_for_one;
  plan.extent.operations = 20'000;
  arm(plan, "exit-3", worker, {TriggerKind::operation, 500, 0});
  std::vector<TrialRecord> struck;
  for (TrialRecord& trial : trials_of(plan)) {
    check_sound(trial);
    CHECK(trial.window()->operations == 20'000);
    if (!trial.id.with_faults) continue;
    CHECK(trial.restarts == 1);
    struck.push_back(std::move(trial));
  }
  REQUIRE_FALSE(struck.empty());
  return struck;
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
  for (const TrialRecord& trial : trials_with_a_death("shared", "process", 0)) {
    CHECK_THAT(trial.verify.finding, Contains("and 0 gone with the process"));
  }
}

TEST_CASE("blocks of malloc are gone with their process, and nobody frees them",
          "[remote-free][fork]") {
  // When it is the consumer that dies, blocks wait in the ring.
  for (const TrialRecord& trial : trials_with_a_death("malloc", "2x2", 1)) {
    CHECK_THAT(trial.verify.finding, !Contains("and 0 gone with the process"));
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

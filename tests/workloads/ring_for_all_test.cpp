// One ring for all senders and receivers.

#include <string>

#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/workloads/bare_trial.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

Plan plan_for_all(std::int64_t size, const std::vector<std::string>& modes) {
  Plan plan = small_plan("ring", 4, modes);
  plan.parameters.set("ends", std::string("all"));
  plan.parameters.set("size", size);
  return plan;
}

}  // namespace

TEST_CASE("messages of any sender to any receiver arrive once, in every mode and size",
          "[ring][serial]") {
  for (const std::int64_t size : {8, 16, 64, 4096}) {
    for (const TrialRecord& trial : trials_of(plan_for_all(size, {"thread", "process", "2x2"}))) {
      CAPTURE(size, trial.reason, trial.verify.finding);
      CHECK(trial.status == TrialStatus::completed);
      CHECK(trial.verify.health == VerifyRecord::Health::sound);
      CHECK(trial.window()->operations > 0);
      CHECK(trial.verify.measures.contains("one_way_p50_ns") == (size >= 64));
      for (const WorkerRecord& worker : trial.workers) CHECK(worker.failure.empty());
    }
  }
}

TEST_CASE("a fixed number of messages goes through one ring to its end", "[ring][serial]") {
  Plan plan = plan_for_all(64, {"thread", "process"});
  plan.extent.operations = 4003;
  for (const TrialRecord& trial : trials_of(plan)) {
    CAPTURE(trial.reason, trial.verify.finding);
    CHECK(trial.window()->operations == 4003);
    CHECK(trial.verify.health == VerifyRecord::Health::sound);
  }
}

TEST_CASE("a message that was acknowledged and never sent is missed in one ring", "[ring]") {
  BareTrial trial("ring", 4,
                  [](ParameterValues& parameters) { parameters.set("ends", std::string("all")); });
  trial.run(500);
  CAPTURE(trial.verify().finding);
  CHECK(trial.verify().health == StateHealth::sound);
  CHECK(trial.verify(1).missing_units == 4);
  CHECK(trial.verify(1).health == StateHealth::lossy);
  CHECK(trial.verify(-2).surplus_units == 4);
}

TEST_CASE("one ring for all lies in shared memory and knows no pace", "[ring][bad-input]") {
  Plan plan = plan_for_all(64, {"thread"});
  CHECK(plan.workload->objection(plan.parameters, 4).empty());
  plan.parameters.set("channel", std::string("pipe"));
  CHECK_THAT(plan.workload->objection(plan.parameters, 4).why, Contains("take --channel spin"));
  plan.parameters.set("channel", std::string("spin"));
  plan.parameters.set("pace", std::int64_t{1000});
  CHECK_THAT(plan.workload->objection(plan.parameters, 4).why, Contains("leave --pace out"));
}

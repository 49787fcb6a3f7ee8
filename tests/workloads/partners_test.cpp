// Workloads whose workers wait for each other: whatever ends the waiting, they end, and nothing is
// lost unless it was taken along by a dead one.

#include <thread>

#include "ipc/channels.hpp"
#include "runner/experiment.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/workloads/bare_trial.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

constexpr const char* partnered[] = {"ping-pong", "ring", "pipeline"};

Plan plan_over(const char* workload, std::string_view channel,
               const std::vector<std::string>& modes) {
  Plan plan = small_plan(workload, 4, modes);
  plan.parameters.set("channel", std::string(channel));
  return plan;
}

}  // namespace

TEST_CASE("partners over every channel stop in time, in every mode", "[partners][serial][slow]") {
  for (const char* workload : partnered) {
    for (const std::string_view channel : Channels::names()) {
      for (const TrialRecord& trial :
           trials_of(plan_over(workload, channel, {"thread", "process", "2x2"}))) {
        CAPTURE(workload, channel, trial.reason, trial.verify.finding);
        CHECK(trial.status == TrialStatus::completed);
        CHECK(trial.killed_at_end == 0);
        CHECK(trial.verify.health == VerifyRecord::Health::sound);
        CHECK(trial.window()->operations > 0);
        for (const WorkerRecord& worker : trial.workers) {
          CHECK(worker.ended_well);
          CHECK(worker.failure.empty());
        }
      }
    }
  }
}

TEST_CASE("a share that the partner's is shorter than is done to its end",
          "[partners][serial][slow]") {
  for (const char* workload : partnered) {
    for (const std::string_view channel : Channels::names()) {
      Plan plan = plan_over(workload, channel, {"process"});
      plan.extent.operations = 103;
      for (const TrialRecord& trial : trials_of(plan)) {
        CAPTURE(workload, channel, trial.reason, trial.verify.finding);
        CHECK(trial.status == TrialStatus::completed);
        CHECK(trial.window()->operations == 103);
        CHECK(trial.verify.health == VerifyRecord::Health::sound);
      }
    }
  }
}

TEST_CASE("whose partner is dead for good says so and ends", "[partners][fork][slow]") {
  for (const char* workload : partnered) {
    for (const char* channel : {"futex", "pipe", "spin"}) {
      Plan plan = plan_over(workload, channel, {"process"});
      plan.extent.operations = 20'000;
      arm(plan, "kill-9", 1, {TriggerKind::operation, 50, 0});
      for (const TrialRecord& trial : trials_of(plan)) {
        if (!trial.id.with_faults) continue;
        CAPTURE(workload, channel, trial.reason, trial.verify.finding);
        CHECK(trial.deaths.size() == 1);
        CHECK_THAT(trial.workers[0].failure, Contains("worker 1, which it needs, is gone"));
      }
    }
  }
}

TEST_CASE("the partner of a replaced worker goes on with the replacement",
          "[partners][fork][slow]") {
  for (const char* workload : partnered) {
    for (const std::string_view channel : Channels::names()) {
      if (channel == "message-queue") continue;  // A death inside the library is for ever.
      Plan plan = plan_over(workload, channel, {"process"});
      plan.restart = RestartPolicy::one_for_one;
      plan.extent.operations = 2000;
      arm(plan, "kill-9", 1, {TriggerKind::operation, 50, 0});
      for (const TrialRecord& trial : trials_of(plan)) {
        if (!trial.id.with_faults) continue;
        CAPTURE(workload, channel, trial.reason, trial.verify.finding);
        CHECK(trial.status == TrialStatus::completed);
        CHECK(trial.restarts == 1);
        CHECK(trial.window()->operations == 2000);
        CHECK(trial.verify.health == VerifyRecord::Health::sound);
      }
    }
  }
}

TEST_CASE("what was acknowledged and did not happen is found between partners", "[partners]") {
  for (const char* workload : partnered) {
    BareTrial trial(workload, 2);
    trial.run(100);
    CAPTURE(workload, trial.verify().finding);
    CHECK(trial.verify().health == StateHealth::sound);
    CHECK(trial.verify(1).health == StateHealth::lossy);
    // The catcher may have returned a last ball that nobody counted.
    const std::uint64_t uncounted = std::string(workload) == "ping-pong" ? 1 : 0;
    CHECK(trial.verify(1).missing_units >= 2 - uncounted);
    CHECK(trial.verify(1).missing_units <= 2);
    CHECK(trial.verify(2).missing_units >= 4 - uncounted);
  }
}

TEST_CASE("the ring measures how long a message is under way, where it has room for a stamp",
          "[partners]") {
  const auto measures_with = [](std::int64_t bytes, std::int64_t pace_ns) {
    BareTrial trial("ring", 2, [&](ParameterValues& parameters) {
      parameters.set("size", bytes);
      parameters.set("pace", pace_ns);
    });
    trial.run(300);
    const Verdict verdict = trial.verify();
    CHECK(verdict.health == StateHealth::sound);
    return verdict.measures;
  };
  CHECK(measures_with(8, 0).empty());
  CHECK(measures_with(16, 0).empty());
  for (const std::int64_t bytes : {24, 64, 4096}) {
    const auto measures = measures_with(bytes, 1000);
    REQUIRE(measures.size() == 3);
    CHECK(measures[0].first == "one_way_p50_ns");
    CHECK(measures[0].second > 0);
    CHECK(measures[0].second <= measures[1].second);
  }
}

#include "runner/trial/run_trial.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "runner/faults/fault.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

/// One trial of the plan's first mode.
TrialRecord first_trial(const Plan& plan) {
  Interrupts interrupts;
  return run_trial(plan, {0, 0, !plan.faults.empty(), plan.seed}, interrupts);
}

std::uint32_t count_deaths(const TrialRecord& trial) {
  std::uint32_t lost = 0;
  for (const WorkerRecord& worker : trial.workers) lost += worker.deaths;
  return lost;
}

/// Workers lost to one crash, by mode: the blast radius.
std::uint32_t lost_to_crash(const char* mode) {
  Plan plan = small_plan("spin", 4, {mode});
  arm(plan, "segv-null", 1, {TriggerKind::operation, 1000, 0});
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.status == TrialStatus::completed);
  REQUIRE(trial.fault_struck);
  REQUIRE(trial.deaths.size() == 1);
  REQUIRE(to_text(trial.deaths[0].cause) == "SIGSEGV");
  return count_deaths(trial);
}

}  // namespace

TEST_CASE("a crash takes down the workers of its compartment and no other", "[trial][fork]") {
  REQUIRE(lost_to_crash("process") == 1);
  REQUIRE(lost_to_crash("2x2") == 2);
  REQUIRE(lost_to_crash("thread") == 4);
}

TEST_CASE("a fault that waits for a moment strikes after it, never before", "[trial][fork]") {
  Plan plan = small_plan("spin", 2, {"process"});
  plan.extent.duration_ns = 300 * ms;
  arm(plan, "kill-9", 1, {TriggerKind::moment, 0, 10 * ms});
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.deaths.size() == 1);
  REQUIRE(trial.struck_ns >= trial.window()->start_ns + 10 * ms);
  REQUIRE(trial.deaths[0].noticed_ns >= trial.struck_ns);
}

TEST_CASE("memory is read before the work and after it", "[trial][fork]") {
  for (const char* mode : {"thread", "process"}) {
    Plan plan = small_plan("stream", 2, {mode});
    constexpr std::uint64_t own_bytes = 8 << 20;
    plan.parameters.set("working-set", static_cast<std::int64_t>(own_bytes));
    const TrialRecord trial = first_trial(plan);
    CAPTURE(mode, trial.reason);
    REQUIRE(trial.idle_memory);
    CHECK(trial.idle_memory->pss_bytes > 0);
    CHECK(trial.idle_memory->page_table_bytes > 0);
    // Each touches its own behind the gate. Of pages that others map as well the share changes with
    // them, so what was added is seen by RSS.
    CHECK(trial.memory.rss_bytes >= trial.idle_memory->rss_bytes + 2 * own_bytes);
    CHECK(trial.memory.pss_bytes >= 2 * own_bytes);
    CHECK(trial.memory.uss_bytes >= 2 * own_bytes);
    CHECK(trial.idle_memory->pss_bytes < own_bytes);
  }
}

TEST_CASE("without a fault nobody dies", "[trial][fork]") {
  const TrialRecord trial = first_trial(small_plan("bank", 4, {"process"}));
  REQUIRE(trial.deaths.empty());
  REQUIRE_FALSE(trial.fault_struck);
  REQUIRE_FALSE(trial.survivors);
}

TEST_CASE("a dead compartment is started again under one-for-one and not under never",
          "[trial][fork]") {
  Plan plan = small_plan("spin", 4, {"2x2"});
  plan.extent.operations = 400'000;
  arm(plan, "abort", 1, {TriggerKind::operation, 1000, 0});
  const TrialRecord left = first_trial(plan);
  REQUIRE(left.restarts == 0);
  REQUIRE_FALSE(left.deaths[0].restarted);
  REQUIRE_FALSE(left.workers[1].ended_well);
  plan.restart = RestartPolicy::one_for_one;
  const TrialRecord restarted = first_trial(plan);
  REQUIRE(restarted.restarts == 1);
  REQUIRE(restarted.deaths[0].recovered_ns > restarted.deaths[0].noticed_ns);
  REQUIRE(restarted.workers[1].ended_well);
}

TEST_CASE("survivors are those of the other compartments, and they go on", "[trial][fork]") {
  Plan plan = small_plan("spin", 4, {"2x2"});
  plan.extent.duration_ns = 300 * ms;
  arm(plan, "segv-null", 1, {TriggerKind::moment, 0, 5 * ms});
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.survivors);
  REQUIRE(trial.survivors->count == 2);
  REQUIRE(trial.survivors->rate > 0);
}

TEST_CASE("a death inside a robust lock is repaired by the next holder", "[trial][fork]") {
  Plan plan = small_plan("bank", 4, {"process"});
  plan.extent.duration_ns = 300 * ms;
  arm(plan, "kill-9", 1, {TriggerKind::in_section, 0, 5 * ms});
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.deaths.size() == 1);
  std::uint64_t repairs = 0;
  for (const WorkerRecord& worker : trial.workers) repairs += worker.repairs;
  REQUIRE(repairs == 1);
  REQUIRE(trial.verify.health == VerifyRecord::Health::sound);
  REQUIRE(trial.workers[1].interrupted == 1);
}

TEST_CASE("a death inside a lock that is not robust leaves the others waiting and the state torn",
          "[trial][fork]") {
  Plan plan = small_plan("bank", 4, {"process"});
  plan.lock = "mutex";
  plan.extent.duration_ns = 300 * ms;
  arm(plan, "kill-9", 1, {TriggerKind::in_section, 0, 5 * ms});
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.status == TrialStatus::completed);
  REQUIRE(trial.killed_at_end == 3);
  const auto waiting = std::count_if(trial.workers.begin(), trial.workers.end(),
                                     [](const WorkerRecord& w) { return w.waiting_at_end; });
  REQUIRE(waiting >= 1);
  REQUIRE(trial.verify.health == VerifyRecord::Health::torn);
}

TEST_CASE("a torn update kills nobody and is found by the invariant alone", "[trial][fork]") {
  for (const char* mode : {"thread", "process"}) {
    Plan plan = small_plan("bank", 4, {mode});
    arm(plan, "torn-update", 1, {TriggerKind::operation, 500, 0});
    const TrialRecord trial = first_trial(plan);
    CAPTURE(mode, trial.verify.finding);
    REQUIRE(trial.deaths.empty());
    REQUIRE(trial.workers[1].abandoned == 1);
    REQUIRE(trial.verify.missing_units == 1);
  }
}

TEST_CASE("with a fixed amount of work a replacement finishes the share of the dead",
          "[trial][fork]") {
  Plan plan = small_plan("bank", 4, {"process"});
  plan.extent.operations = 40'000;
  plan.restart = RestartPolicy::one_for_one;
  arm(plan, "segv-null", 1, {TriggerKind::operation, 5'000, 0});
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.status == TrialStatus::completed);
  REQUIRE(trial.restarts == 1);
  for (const WorkerRecord& worker : trial.workers) REQUIRE(worker.finished == 10'000);
  REQUIRE(trial.verify.health == VerifyRecord::Health::sound);
}

TEST_CASE("without a replacement the share of the dead stays undone", "[trial][fork]") {
  Plan plan = small_plan("bank", 4, {"process"});
  plan.extent.operations = 40'000;
  arm(plan, "segv-null", 1, {TriggerKind::operation, 5'000, 0});
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.workers[0].finished == 10'000);
  REQUIRE(trial.workers[1].finished == 5'000);
}

TEST_CASE("a replacement is not struck by the fault that killed its predecessor", "[trial][fork]") {
  Plan plan = small_plan("spin", 2, {"process"});
  plan.extent.operations = 100'000;
  plan.restart = RestartPolicy::one_for_one;
  arm(plan, "segv-null", 1, {TriggerKind::operation, 100, 0});
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.restarts == 1);
  REQUIRE_FALSE(trial.gave_up_restarting);
}

TEST_CASE("the same seed strikes at the same operation in every mode", "[trial][fork]") {
  for (const char* mode : {"thread", "process", "2x2"}) {
    Plan plan = small_plan("spin", 4, {mode});
    arm(plan, "segv-null", 2, {TriggerKind::operation, 12'345, 0});
    REQUIRE(first_trial(plan).workers[2].finished == 12'345);
  }
}

TEST_CASE("256 workers run in every mode", "[trial][fork][slow]") {
  for (const char* mode : {"thread", "process", "16x16"}) {
    CAPTURE(mode);
    const TrialRecord trial = first_trial(small_plan("counter", 256, {mode}));
    CAPTURE(trial.reason);
    REQUIRE(trial.status == TrialStatus::completed);
    REQUIRE(trial.one_object);
    REQUIRE(trial.verify.health == VerifyRecord::Health::sound);
  }
}

TEST_CASE("a start that takes longer than allowed fails with the option to change",
          "[trial][fork]") {
  // One fork, then hundreds of threads to make: they cannot all be ready at the first look.
  Plan plan = small_plan("spin", 500, {"thread"});
  plan.start_timeout_ns = 0;
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.status == TrialStatus::failed);
  REQUIRE_THAT(trial.reason, Catch::Contains("--start-timeout"));
}

TEST_CASE("a fixed amount of work that takes too long fails and says so", "[trial][fork]") {
  Plan plan = small_plan("spin", 2, {"process"});
  plan.extent.operations = std::uint64_t{1} << 50;
  plan.trial_timeout_ns = 20 * ms;
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.status == TrialStatus::failed);
  REQUIRE_THAT(trial.reason, Catch::Contains("--timeout"));
}

TEST_CASE("an input that vanished after the check fails the trial and names the file",
          "[trial][fork]") {
  Plan plan = small_plan("wordcount", 2, {"process"});
  plan.parameters.set("input", std::string("/no/such/file"));
  const TrialRecord trial = first_trial(plan);
  REQUIRE(trial.status == TrialStatus::failed);
  REQUIRE_THAT(trial.reason, Catch::Contains("/no/such/file"));
}

TEST_CASE("an interrupt ends a trial early and its record says so", "[trial][fork]") {
  Plan plan = small_plan("spin", 2, {"process"});
  plan.extent.duration_ns = 600'000 * ms;
  Interrupts interrupts;
  kill(getpid(), SIGINT);
  // The interrupt is pending before the trial starts; a later one would be a race in a test.
  const TrialRecord trial = run_trial(plan, {0, 0, false, 1}, interrupts);
  REQUIRE(trial.status == TrialStatus::interrupted);
  REQUIRE(interrupts.count() == 1);
}

TEST_CASE("what a workload measures itself is in the record, and zero when nothing was lost",
          "[trial][fork]") {
  Plan plan = small_plan("counter", 2, {"process"});
  plan.lock = "mutex";
  const auto locked = first_trial(plan).verify.measures;
  REQUIRE(locked.at("lost_updates_share") == 0);

  plan.lock = "none";
  plan.extent.duration_ns = 200 * ms;
  // Some updates get lost whenever two CPUs race; on one CPU a window may pass without.
  const TrialRecord raced = first_trial(plan);
  REQUIRE(raced.verify.measures.at("lost_updates_share") ==
          Approx(static_cast<double>(raced.verify.missing_units) /
                 static_cast<double>(raced.workers[0].finished + raced.workers[1].finished)));
}

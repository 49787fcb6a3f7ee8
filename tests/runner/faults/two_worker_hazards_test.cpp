// Hazards that take two workers, by real trials: what comes of them in threads and in processes,
// and that nothing comes of them where one of the two is missing.

#include <fmt/format.h>
#include <sched.h>

#include <thread>

#include "runner/faults/fault.hpp"
#include "runner/measure/cpus.hpp"
#include "runner/trial/run_trial.hpp"
#include "runner/trial/stages.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

constexpr Trigger at_20_ms{.kind = TriggerKind::moment, .after_ns = 20 * ms};

Plan duet_plan(std::string_view fault, const std::string& mode) {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = 200 * ms;
  plan.pin = PinPolicy::spread;  // One CPU for both shows little.
  arm(plan, fault, 1, at_20_ms);
  return plan;
}

TrialRecord run_duet(const Plan& plan) {
  Interrupts interrupts;
  TrialRecord trial = run_trial(plan, {0, 0, true, plan.seed}, interrupts);
  CAPTURE(trial.reason, trial.error_output);
  REQUIRE(trial.status == TrialStatus::completed);
  return trial;
}

/// Until the hazard shows: on a busy machine the two may miss each other, and what they race for
/// needs them to run at the same time.
TrialRecord run_until_seen(Plan plan) {
  TrialRecord trial = run_duet(plan);
  const auto is_seen = [&] { return !trial.hazards.empty() && trial.hazards[0].seen > 0; };
  for (int attempt = 0; attempt < 20 && !is_seen(); ++attempt) {
    ++plan.seed;
    trial = run_duet(plan);
  }
  REQUIRE(is_seen());
  return trial;
}

std::vector<std::uint32_t> lost_workers(const TrialRecord& trial) {
  std::vector<std::uint32_t> lost;
  for (std::uint32_t worker = 0; worker < trial.workers.size(); ++worker) {
    if (trial.workers[worker].deaths > 0) lost.push_back(worker);
  }
  return lost;
}

void check_race(const std::string& fault) {
  for (const char* mode : {"thread", "process", "2x2"}) {
    CAPTURE(fault, mode);
    const TrialRecord trial = run_until_seen(duet_plan(fault, mode));
    CHECK(trial.hazards[0].fault == fault);
    CHECK(trial.hazards[0].corrupts);
    CHECK(trial.hazards[0].seen <= trial.hazards[0].tries);
    CHECK(trial.deaths.empty());
    CHECK(trial.workers[1].strikes == 1);
    CHECK(trial.workers[2].strikes == 1);
  }
}

using Workers = std::vector<std::uint32_t>;

Workers lost_by_stall(std::string_view fault, const std::string& mode) {
  Plan plan = duet_plan(fault, mode);
  plan.extent.duration_ns = 1'000 * ms;  // A busy machine is late.
  plan.stall_timeout_ns = 100 * ms;
  const TrialRecord trial = run_until_seen(plan);
  for (const DeathRecord& death : trial.deaths) {
    UNSCOPED_INFO(fmt::format("compartment {}: {}", death.compartment, to_text(death.cause)));
  }
  REQUIRE(trial.deaths.size() == 1);
  CHECK(to_text(trial.deaths[0].cause) == "stall");
  for (const WorkerRecord& worker : trial.workers) CHECK(worker.ended_well == (worker.deaths == 0));
  return lost_workers(trial);
}

}  // namespace

TEST_CASE("what two workers race for comes out wrong, whatever the walls between them",
          "[duets][fork]") {
  std::vector<const char*> faults{"lost-update", "aba", "pipe-interleaving"};
  // It shows only where both run at once.
  if (usable_cpus().size() > 1) faults.push_back("torn-read");
  for (const char* fault : faults) check_race(fault);
}

// no_tsan: ThreadSanitizer's own loads and stores keep the order.
TEST_CASE("two who look for each other see nobody, whatever the walls between them",
          "[duets][fork][no_tsan]") {
  if (usable_cpus().size() > 1) check_race("memory-order");
}

TEST_CASE("a hazard whose other worker is gone does not happen, and nobody waits for it",
          "[duets][fork]") {
  for (const char* fault : {"lost-update", "aba", "pipe-interleaving", "deadlock-order"}) {
    CAPTURE(fault);
    Plan plan = duet_plan(fault, "process");
    arm(plan, "kill-9", 2, {.kind = TriggerKind::moment, .after_ns = 2 * ms});
    const TrialRecord trial = run_duet(plan);
    CHECK(trial.hazards.empty());
    CHECK(trial.killed_at_end == 0);
    CHECK(trial.workers[1].ended_well);
    CHECK(lost_workers(trial) == Workers{2});
  }
}

TEST_CASE("the last worker's hazard takes the first one", "[duets][fork]") {
  Plan plan = small_plan("bank", 2, {"process"});
  plan.extent.duration_ns = 200 * ms;
  arm(plan, "aba", 1, at_20_ms);
  const TrialRecord trial = run_until_seen(plan);
  CHECK(trial.workers[0].strikes == 1);
  CHECK(trial.workers[1].strikes == 1);
}

// no_tsan: ThreadSanitizer takes an unlock by another process for an error.
TEST_CASE("of two processes that wait for each other one is ended, and the other goes on",
          "[duets][fork][no_tsan]") {
  CHECK(lost_by_stall("deadlock-order", "process") == Workers{1});
  CHECK(lost_by_stall("deadlock-order", "2x2") == Workers{0, 1});
  CHECK(lost_by_stall("deadlock-order", "thread") == Workers{0, 1, 2, 3});
}

TEST_CASE("two who wait for each other stand still where nobody looks", "[duets][fork]") {
  const TrialRecord trial = run_until_seen(duet_plan("deadlock-order", "process"));
  CHECK(trial.deaths.empty());
  CHECK(trial.killed_at_end == 2);
}

TEST_CASE("who sleeps for a signal that was given already is ended, and who gave it goes on",
          "[duets][fork][no_tsan]") {
  CHECK(lost_by_stall("lost-wakeup", "process") == Workers{1});
  CHECK(lost_by_stall("lost-wakeup", "thread") == Workers{0, 1, 2, 3});
}

TEST_CASE("two who back off at once take nobody with them", "[duets][fork][no_tsan]") {
  const TrialRecord trial = run_until_seen(duet_plan("livelock", "process"));
  CHECK(trial.deaths.empty());
  CHECK_FALSE(trial.hazards[0].corrupts);
  CHECK(trial.killed_at_end == 0);
}

TEST_CASE("jobs that a consumer took in advance die with it, and nobody does them",
          "[duets][fork]") {
  for (const auto& [mode, lost] :
       {std::pair{"process", Workers{1}}, std::pair{"thread", Workers{0, 1, 2, 3}}}) {
    CAPTURE(mode);
    const TrialRecord trial = run_until_seen(duet_plan("greedy-consumer", mode));
    CHECK(trial.hazards[0].tries == 100);
    CHECK(trial.hazards[0].seen == 55);
    CHECK(lost_workers(trial) == lost);
  }
}

TEST_CASE("one worker's children use up what another process of the same user may have",
          "[duets][fork]") {
  const FaultEntry* fault = FaultRegistry::find("nproc-limit");
  REQUIRE(fault != nullptr);
  if (const std::string obstacle = fault->unavailable(); !obstacle.empty()) {
    WARN(obstacle);
    return;
  }
  for (const char* mode : {"thread", "process", "2x2"}) {
    CAPTURE(mode);
    const TrialRecord trial = run_until_seen(duet_plan("nproc-limit", mode));
    CHECK(trial.hazards[0].tries == 1);
    CHECK(trial.deaths.empty());
    CHECK(trial.killed_at_end == 0);
  }
}

TEST_CASE("one of high priority waits for one in between, and all run as before afterwards",
          "[duets][fork][no_tsan]") {
  const FaultEntry* fault = FaultRegistry::find("priority-inversion");
  REQUIRE(fault != nullptr);
  if (!fault->unavailable().empty()) return;
  Plan plan = small_plan("bank", 2, {"thread"});
  arm(plan, fault->name, 0, {});
  const Stages stages(plan.faults);
  const auto play = [&](Role role) {
    cpu_set_t before{}, after{};
    sched_getaffinity(0, sizeof before, &before);
    const int policy = sched_getscheduler(0);
    fault->strike({.parameters = plan.faults[0].parameters,
                   .arena = {},
                   .stage = stages.of(0),
                   .role = role});
    sched_getaffinity(0, sizeof after, &after);
    return policy == sched_getscheduler(0) && CPU_EQUAL(&before, &after);
  };
  bool low_as_before = false, high_as_before = false;
  std::thread low([&] { low_as_before = play(Role::partner); });
  std::thread high([&] { high_as_before = play(Role::culprit); });
  low.join();
  high.join();
  CHECK(low_as_before);
  CHECK(high_as_before);
  const auto results = stages.results(plan.faults);
  REQUIRE(results.size() == 1);
  CHECK(results[0].seen == 1);
  CHECK(results[0].waited_ns > 25 * ms);
}

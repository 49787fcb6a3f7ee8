// Restart policies, spares, resets, repairs and stalls, by real forks and real faults.

#include <algorithm>
#include <numeric>

#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

/// Four workers of bank, each in a compartment of its own, for 300 ms.
Plan bank_plan(RestartPolicy restart, const std::string& mode = "process") {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = 300 * ms;
  plan.restart = restart;
  return plan;
}

TrialRecord run_one(const Plan& plan) {
  Interrupts interrupts;
  TrialRecord trial = run_trial(plan, {0, 0, true, plan.seed}, interrupts);
  CAPTURE(trial.reason, trial.error_output, trial.verify.finding);
  REQUIRE(trial.status == TrialStatus::completed);
  return trial;
}

/// Whether the fault struck while there was still time for what has to follow.
bool is_struck_in_time(const TrialRecord& trial) {
  if (!trial.fault_struck || trial.windows.empty()) return false;
  constexpr std::int64_t time_ns = 10 * ms;
  return std::all_of(trial.deaths.begin(), trial.deaths.end(), [&](const DeathRecord& death) {
    return death.noticed_ns + time_ns < trial.windows.back().end_ns;
  });
}

/// The same until that is so: a worker that never gets the lock in the window is not struck inside
/// it, and on a busy machine it may get it late.
TrialRecord run_until_struck(Plan plan) {
  TrialRecord trial = run_one(plan);
  for (int attempt = 0; attempt < 10 && !is_struck_in_time(trial); ++attempt) {
    ++plan.seed;
    trial = run_one(plan);
  }
  REQUIRE(trial.fault_struck);
  return trial;
}

constexpr Trigger at_20_ms{.kind = TriggerKind::moment, .after_ns = 20 * ms};
constexpr Trigger in_section{.kind = TriggerKind::in_section, .after_ns = 20 * ms};

std::vector<std::uint32_t> stopped_of(const TrialRecord& trial) {
  std::vector<std::uint32_t> stopped;
  for (const WorkerRecord& worker : trial.workers) stopped.push_back(worker.stopped);
  return stopped;
}

std::uint64_t repairs_of(const TrialRecord& trial) {
  std::uint64_t repairs = 0;
  for (const WorkerRecord& worker : trial.workers) repairs += worker.repairs;
  return repairs;
}

using Counts = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("one-for-one starts again the dead compartment alone", "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::one_for_one);
  arm(plan, "segv-null", 1, at_20_ms);
  const TrialRecord trial = run_one(plan);
  CHECK(trial.restarts == 1);
  CHECK(stopped_of(trial) == Counts{0, 0, 0, 0});
  CHECK(trial.workers[1].ended_well);
}

TEST_CASE("one-for-all stops the living and starts all again", "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::one_for_all);
  arm(plan, "segv-null", 1, at_20_ms);
  const TrialRecord trial = run_one(plan);
  CHECK(trial.restarts == 4);
  CHECK(trial.deaths.size() == 1);
  CHECK(stopped_of(trial) == Counts{1, 0, 1, 1});
  for (const WorkerRecord& worker : trial.workers) CHECK(worker.ended_well);
  CHECK(trial.verify.health == VerifyRecord::Health::sound);
}

TEST_CASE("rest-for-one leaves those before the dead one alone", "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::rest_for_one);
  arm(plan, "segv-null", 2, at_20_ms);
  const TrialRecord trial = run_one(plan);
  CHECK(trial.restarts == 2);
  CHECK(stopped_of(trial) == Counts{0, 0, 0, 1});
}

TEST_CASE("in thread mode every policy restarts the one compartment there is",
          "[supervision][fork]") {
  for (const RestartPolicy policy :
       {RestartPolicy::one_for_one, RestartPolicy::one_for_all, RestartPolicy::rest_for_one}) {
    Plan plan = bank_plan(policy, "thread");
    arm(plan, "segv-null", 1, at_20_ms);
    CHECK(run_one(plan).restarts == 1);
  }
}

TEST_CASE("a worker that dies again and again is given up and the others go on",
          "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::one_for_one);
  plan.restart_limits.at_most = 2;
  plan.extent.duration_ns = 1 * s;
  arm(plan, "abort", 1, at_20_ms);
  arm(plan, "abort", 1, {.kind = TriggerKind::on_restart});
  const TrialRecord trial = run_one(plan);
  CHECK(trial.deaths.size() == 3);
  CHECK(trial.restarts == 2);
  CHECK(trial.gave_up_restarting);
  CHECK(trial.workers[0].ended_well);
  CHECK_FALSE(trial.workers[1].ended_well);
}

TEST_CASE("a spare takes a dead one's place, and a second death is a fork again",
          "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::one_for_one);
  plan.spares = 1;
  arm(plan, "abort", 1, at_20_ms);
  arm(plan, "abort", 2, {.kind = TriggerKind::moment, .after_ns = 60 * ms});
  const TrialRecord trial = run_one(plan);
  CHECK(trial.restarts == 2);
  CHECK(trial.spares_taken == 1);
  for (const WorkerRecord& worker : trial.workers) CHECK(worker.ended_well);
}

TEST_CASE("a reset makes the state anew and throws the finished work away", "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::one_for_one);
  plan.shared = SharedPolicy::reset;
  plan.lock = "mutex";
  arm(plan, "kill-9", 1, in_section);
  const TrialRecord trial = run_until_struck(plan);
  CHECK(trial.resets == 1);
  CHECK(trial.restarts == 4);
  CHECK(trial.workers[0].thrown_away > 0);
  CHECK(trial.verify.health == VerifyRecord::Health::sound);
  for (const WorkerRecord& worker : trial.workers) CHECK(worker.ended_well);
}

// no_tsan: ThreadSanitizer takes an unlock by another process for an error.
TEST_CASE("a repair by the supervisor frees an orphaned lock and puts the state right",
          "[supervision][fork][no_tsan]") {
  for (const std::string lock : {"mutex", "spin"}) {
    Plan plan = bank_plan(RestartPolicy::one_for_one);
    plan.shared = SharedPolicy::repair;
    plan.lock = lock;
    arm(plan, "kill-9", 1, in_section);
    const TrialRecord trial = run_until_struck(plan);
    CAPTURE(lock);
    CHECK(trial.supervisor_repairs == 1);
    CHECK(trial.verify.health == VerifyRecord::Health::sound);
    CHECK(trial.killed_at_end == 0);
    for (const WorkerRecord& worker : trial.workers) CHECK(worker.ended_well);
  }
}

TEST_CASE("without a repair the same death leaves everybody waiting", "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::one_for_one);
  plan.lock = "mutex";
  arm(plan, "kill-9", 1, in_section);
  const TrialRecord trial = run_until_struck(plan);
  CHECK(trial.killed_at_end == 4);
  CHECK(trial.verify.health != VerifyRecord::Health::sound);
}

TEST_CASE("who is late on the way out is waited for as long as the drain timeout says",
          "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::never);
  plan.extent.duration_ns = 20 * ms;
  arm(plan, "slow", 1, {.kind = TriggerKind::at_exit});  // Sleeps for 20 ms.
  plan.drain_timeout_ns = 20'000 * ms;
  const TrialRecord waited = run_one(plan);
  CHECK(waited.killed_at_end == 0);
  CHECK(waited.workers[1].ended_well);
  plan.drain_timeout_ns = 1 * ms;
  const TrialRecord ended = run_one(plan);
  CHECK(ended.killed_at_end >= 1);
  CHECK_FALSE(ended.workers[1].ended_well);
}

TEST_CASE("a replacement can be struck before it begins", "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::one_for_one);
  plan.extent.duration_ns = 1'000 * ms;  // A sanitizer's exit takes its time.
  plan.restart_limits.at_most = 1;
  arm(plan, "exit-3", 1, at_20_ms);
  arm(plan, "abort", 1, {.kind = TriggerKind::on_restart});
  const TrialRecord trial = run_one(plan);
  REQUIRE(trial.deaths.size() == 2);
  CHECK(to_text(trial.deaths[0].cause) == "exit 3");
  CHECK(to_text(trial.deaths[1].cause) == "SIGABRT");
}

TEST_CASE("a worker that dies before the gate is missed without a hang", "[supervision][fork]") {
  for (const TriggerKind place : {TriggerKind::startup, TriggerKind::before_gate}) {
    Plan plan = bank_plan(RestartPolicy::never);
    arm(plan, "segv-null", 1, {.kind = place});
    const TrialRecord lost = run_one(plan);
    CHECK(lost.workers[1].deaths == 1);
    CHECK(lost.workers[0].ended_well);
    CHECK(lost.workers[0].finished > 0);
    plan.restart = RestartPolicy::one_for_one;
    CHECK(run_one(plan).workers[1].ended_well);
  }
}

TEST_CASE("a death on the way out is a death and costs no work", "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::never);
  plan.extent.operations = 40'000;
  arm(plan, "abort", 1, {.kind = TriggerKind::at_exit});
  const TrialRecord trial = run_one(plan);
  REQUIRE(trial.deaths.size() == 1);
  CHECK(trial.workers[1].finished == 10'000);
  CHECK(trial.verify.health == VerifyRecord::Health::sound);
}

// no_tsan: ThreadSanitizer holds a signal back until the worker has the lock.
TEST_CASE("a death while waiting for a lock leaves the lock alone",
          "[supervision][fork][no_tsan]") {
  for (const std::string fault : {"kill-9", "segv-null"}) {
    Plan plan = bank_plan(RestartPolicy::never);
    plan.lock = "mutex";
    arm(plan, fault, 1, {.kind = TriggerKind::lock_wait, .after_ns = 10 * ms});
    const TrialRecord trial = run_until_struck(plan);
    CAPTURE(fault);
    CHECK(trial.workers[1].deaths == 1);
    CHECK(trial.workers[0].ended_well);
    CHECK(trial.verify.health == VerifyRecord::Health::sound);
  }
}

// no_tsan: ThreadSanitizer holds a signal back.
TEST_CASE("a fault finds whoever holds the lock, and whoever waits for it",
          "[supervision][fork][no_tsan]") {
  for (const FaultTarget target : {FaultTarget::holder, FaultTarget::waiter}) {
    for (const std::string fault : {"kill-9", "segv-null"}) {
      Plan plan = bank_plan(RestartPolicy::never);
      arm(plan, fault, 0, at_20_ms);
      plan.faults.back().target = target;
      const TrialRecord trial = run_until_struck(plan);
      CAPTURE(fault, to_text(target), trial.verify.finding);
      CHECK(trial.deaths.size() == 1);
      CHECK(trial.verify.health == VerifyRecord::Health::sound);
      // The next one finds that its holder died.
      CHECK(repairs_of(trial) == (target == FaultTarget::holder ? 1 : 0));
    }
  }
}

TEST_CASE("a holder that dies half way is found half done by the next one", "[supervision][fork]") {
  Plan plan = bank_plan(RestartPolicy::never);
  arm(plan, "kill-9", 1, in_section);
  const TrialRecord trial = run_until_struck(plan);
  std::uint64_t half_done = 0;
  for (const WorkerRecord& worker : trial.workers) half_done += worker.half_done;
  CHECK(half_done == 1);
}

TEST_CASE("a fault with a probability strikes by the seed, at the same operation each time",
          "[supervision][fork]") {
  const auto struck_at = [](std::uint64_t seed) {
    Plan plan = small_plan("counter", 2, {"process"});
    plan.extent.operations = 20'000;
    plan.seed = seed;
    arm(plan, "exit-3", 1, {.kind = TriggerKind::probability, .probability = 0.001});
    return run_one(plan).workers[1].finished;
  };
  CHECK(struck_at(1) == struck_at(1));
  CHECK(struck_at(1) != struck_at(2));
}

TEST_CASE("a death at any step of the section or of the repair is repaired by the next",
          "[supervision][fork][serial]") {
  std::uint32_t steps = 0;
  for (const bool in_repair : {false, true}) {
    for (std::uint32_t step = 1;; ++step) {
      Plan plan = bank_plan(RestartPolicy::one_for_one);
      plan.extent.duration_ns = 60 * ms;
      if (in_repair) {
        arm(plan, "kill-9", 1, in_section);
        for (const std::uint32_t other : {0u, 2u, 3u}) {
          arm(plan, "kill-9", other, {.kind = TriggerKind::repair_step, .step = step});
        }
      } else {
        arm(plan, "kill-9", 1, {.kind = TriggerKind::in_section, .after_ns = 0, .step = step});
      }
      const TrialRecord trial = run_one(plan);
      CAPTURE(in_repair, step, trial.verify.finding);
      CHECK(trial.verify.health == VerifyRecord::Health::sound);
      CHECK(trial.killed_at_end == 0);
      const std::size_t expected_deaths = in_repair ? 2 : 1;
      if (trial.deaths.size() < expected_deaths) break;
      REQUIRE(step < 20);
      ++steps;
    }
  }
  CHECK(steps >= 6);
}

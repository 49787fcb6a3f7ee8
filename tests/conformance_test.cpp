// Every registered workload, with every lock it can take, in every kind of mode, by a real run:
// what a new workload or lock has to pass before its author has written a test.

#include <algorithm>

#include "ipc/lock_list.hpp"
#include "runner/experiment.hpp"
#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;

namespace {

std::vector<std::string> locks_for(const WorkloadEntry& workload) {
  if (workload.takes_lock == TakesLock::no) return {std::string(workload.default_lock)};
  std::vector<std::string> names;
  for (const LockDescription& lock : all_locks()) names.emplace_back(lock.name);
  return names;
}

/// Of four workers in every kind of mode. What is promised does not depend on the size of an array,
/// and a sanitizer looks at each word of it.
Plan plan_in_every_mode(const WorkloadEntry& workload) {
  Plan plan = small_plan(workload.name, 4, {"thread", "process", "2x2"});
  if (workload.name == "stream") plan.parameters.set("working-set", std::int64_t{48} << 10);
  return plan;
}

ExperimentResult run(const Plan& plan) {
  return run_experiment(plan, [](const ProgressState&) {});
}

bool works_in_its_window(const TrialRecord& trial) {
  return trial.window() != nullptr && trial.window()->operations > 0;
}

/// With windows four times as long where a trial did nothing in its own, three times at most: with
/// more workers than CPUs, a lock that serves in order may let nobody in for as long as a short
/// one, and a sanitizer takes long to copy a process.
ExperimentResult run_long_enough(Plan plan) {
  ExperimentResult result = run(plan);
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (std::all_of(result.trials.begin(), result.trials.end(), works_in_its_window)) break;
    plan.extent.duration_ns *= 4;
    result = run(plan);
  }
  return result;
}

/// What must hold in every trial, whatever the workload, lock and mode.
void check_trial(const Plan& plan, const TrialRecord& trial) {
  CAPTURE(plan.workload->name, plan.lock, plan.modes[trial.id.mode].name, trial.reason,
          trial.verify.finding, trial.error_output);
  REQUIRE(trial.status == TrialStatus::completed);
  REQUIRE(trial.workers.size() == plan.worker_count);
  const bool excludes =
      plan.workload->takes_lock == TakesLock::no || find_lock(plan.lock)->meant.mutual_exclusion;
  // Without exclusion a shared map may lose its shape, and its users their lives.
  if (!excludes) return;
  REQUIRE(trial.one_object);
  REQUIRE(trial.deaths.empty());
  REQUIRE(trial.killed_at_end == 0);
  for (const WorkerRecord& worker : trial.workers) {
    REQUIRE(worker.ended_well);
    REQUIRE_FALSE(worker.canary_broken);
    REQUIRE(worker.failure.empty());
    REQUIRE(worker.interrupted == 0);
  }
  REQUIRE(trial.verify.health == VerifyRecord::Health::sound);
  for (const auto& [name, value] : trial.verify.measures) {
    CAPTURE(name, value);
    REQUIRE(value >= 0);
  }
  REQUIRE(trial.window()->operations > 0);
  REQUIRE(trial.memory.pss_bytes > 0);
}

/// The unit that the name of a stored number tells.
MeasureUnit unit_of(std::string_view name) {
  for (const auto& [ending, unit] : {std::pair{"_ns", MeasureUnit::nanoseconds},
                                     {"_bytes", MeasureUnit::bytes},
                                     {"_share", MeasureUnit::share},
                                     {"_per_s", MeasureUnit::per_second},
                                     {"_ratio", MeasureUnit::ratio}}) {
    if (name.ends_with(ending)) return unit;
  }
  return MeasureUnit::count;
}

}  // namespace

TEST_CASE("the name of every workload's own measure tells its unit", "[conformance]") {
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    REQUIRE(workload.measures.size() <= max_measures);
    for (const Measure& measure : workload.measures) {
      CAPTURE(workload.name, measure.name);
      CHECK(unit_of(measure.name) == measure.unit);
      CHECK_FALSE(measure.label.empty());
      CHECK_FALSE(measure.help.empty());
    }
  }
}

/// One of the modes for a pair of workload and lock: another for the next pair, so that in the end
/// each lock has met each mode, without running all combinations.
std::vector<std::string> mode_in_turn(const LockDescription& lock, std::size_t pair) {
  static const std::vector<std::string> modes{"thread", "process", "2x2"};
  return {modes[pair % (lock.most_users == 2 ? 2 : modes.size())]};
}

// ThreadSanitizer does not see that a lock of the kernel, such as flock(2), orders anything. With
// the address sanitizer it takes a minute, in which the test of the modes runs the same code.
TEST_CASE("every workload keeps its promise with every lock",
          "[conformance][serial][no_tsan][no_asan]") {
  const auto& workloads = WorkloadRegistry::all();
  REQUIRE_FALSE(workloads.empty());
  for (std::size_t number = 0; number < workloads.size(); ++number) {
    const WorkloadEntry& workload = workloads[number];
    const std::vector<std::string> locks = locks_for(workload);
    for (std::size_t index = 0; index < locks.size(); ++index) {
      const LockDescription& lock = *find_lock(locks[index]);
      if (!lock.meant.progress) continue;  // It ends with its users waiting for each other.
      Plan plan = small_plan(workload.name, lock.most_users == 0 ? 4 : lock.most_users,
                             mode_in_turn(lock, number + index));
      plan.lock = lock.name;
      // A chunk of text takes a sanitizer 10 ms, and where a lock is handed on in order, each word
      // of it may wait for a time slice.
      if (workload.name == "wordcount") plan.parameters.set("chunk", std::int64_t{1024});
      if (workload.takes_lock == TakesLock::yes) plan.extent.duration_ns = 100'000'000;
      const ExperimentResult result = run_long_enough(plan);
      REQUIRE(result.trials.size() == plan.modes.size());
      for (const TrialRecord& trial : result.trials) check_trial(plan, trial);
    }
  }
}

TEST_CASE("every workload keeps its promise in every mode", "[conformance][serial]") {
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    Plan plan = plan_in_every_mode(workload);
    plan.extent.duration_ns = 100'000'000;
    const ExperimentResult result = run(plan);
    REQUIRE(result.trials.size() == 3);
    for (const TrialRecord& trial : result.trials) check_trial(plan, trial);
  }
}

TEST_CASE("every workload finishes a fixed number of operations exactly, in every mode",
          "[conformance][serial]") {
  constexpr std::uint64_t operations = 103;  // Not a multiple of the workers.
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    Plan plan = plan_in_every_mode(workload);
    plan.extent.operations = operations;
    for (const TrialRecord& trial : run(plan).trials) {
      check_trial(plan, trial);
      REQUIRE(trial.window()->operations == operations);
      std::uint64_t finished = 0;
      for (const WorkerRecord& worker : trial.workers) finished += worker.finished;
      REQUIRE(finished == operations);
    }
  }
}

TEST_CASE("every workload survives a crash of one worker with a replacement, in every mode",
          "[conformance][serial]") {
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    Plan plan = plan_in_every_mode(workload);
    plan.restart = RestartPolicy::one_for_one;
    // Few, since a sanitizer can take half a second to copy a process, and one copies for each.
    plan.extent.operations = 100;
    // A crash takes siblings down that may be inside: any other lock would be orphaned.
    if (workload.takes_lock == TakesLock::yes) plan.lock = "robust";
    arm(plan, "kill-9", 1, {TriggerKind::operation, 12, 0});
    for (std::uint32_t mode = 0; mode < plan.modes.size(); ++mode) {
      Interrupts interrupts;
      const TrialRecord trial = run_trial(plan, {0, mode, true, plan.seed}, interrupts);
      CAPTURE(workload.name, plan.modes[mode].name, trial.reason, trial.verify.finding);
      REQUIRE(trial.status == TrialStatus::completed);
      REQUIRE(trial.fault_struck);
      REQUIRE(trial.deaths.size() == 1);
      REQUIRE(to_text(trial.deaths[0].cause) == "SIGKILL");
      REQUIRE(trial.restarts == 1);
      REQUIRE(trial.verify.health != VerifyRecord::Health::unreachable);
      REQUIRE(trial.verify.missing_units == 0);
    }
  }
}

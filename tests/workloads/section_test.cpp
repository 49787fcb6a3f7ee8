// The three conditions of the critical section as the workload `section` sees them, and the race as
// `counter` counts it, by real runs.

#include <map>
#include <thread>

#include "ipc/lock_list.hpp"
#include "runner/experiment.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;

namespace {

constexpr int most_attempts = 50;

std::vector<TrialRecord> run(const Plan& plan) {
  return run_experiment(plan, [](const ProgressState&) {}).trials;
}

double measured(const TrialRecord& trial, const std::string& name) {
  const auto found = trial.verify.measures.find(name);
  CAPTURE(name, trial.verify.finding, trial.reason);
  REQUIRE(found != trial.verify.measures.end());
  return found->second;
}

struct Breaches {
  bool exclusion = false;
  bool progress = false;
};

/// Of one run in both modes.
Breaches breaches_of(const Plan& plan) {
  Breaches breaches;
  for (const TrialRecord& trial : run(plan)) {
    REQUIRE(trial.status == TrialStatus::completed);
    breaches.exclusion |= measured(trial, "exclusion_violations") > 0;
    breaches.progress |= measured(trial, "standstill_ns") > 0;
  }
  return breaches;
}

Plan section_plan(std::string_view lock) {
  Plan plan = small_plan("section", 2, {"thread", "process"});
  plan.lock = lock;
  // Strict turns stand still when one wants in no more; the others do not mind.
  plan.parameters.set("leaves-after", std::int64_t{lock == "alternate" ? 1000 : 0});
  return plan;
}

}  // namespace

// ThreadSanitizer's atomics are stronger than the machine's: nothing is ever overtaken there.
TEST_CASE("a broken lock is caught by its own condition and by no other",
          "[section][conformance][serial][no_tsan][no_asan]") {
  if (std::thread::hardware_concurrency() < 2) return;
  for (const LockDescription& lock : all_locks()) {
    const bool is_right = lock.meant.mutual_exclusion && lock.meant.progress;
    if (is_right) continue;
    CAPTURE(lock.name);
    Breaches seen;
    for (int attempt = 0; attempt < most_attempts && !seen.exclusion && !seen.progress; ++attempt) {
      seen = breaches_of(section_plan(lock.name));
    }
    REQUIRE(seen.exclusion == !lock.meant.mutual_exclusion);
    REQUIRE(seen.progress == !lock.meant.progress);
  }
}

TEST_CASE("a right lock stands still for nobody who wants in no more", "[section][serial]") {
  Plan plan = section_plan("peterson");
  plan.parameters.set("leaves-after", std::int64_t{1000});
  const Breaches seen = breaches_of(plan);
  REQUIRE_FALSE(seen.exclusion);
  REQUIRE_FALSE(seen.progress);
}

TEST_CASE("a queue lock overtakes nobody more often than there are others", "[section][serial]") {
  Plan plan = small_plan("section", 8, {"thread", "process"});
  for (const std::string_view lock : {"ticket", "mcs", "clh", "bakery"}) {
    plan.lock = lock;
    for (const TrialRecord& trial : run(plan)) {
      CAPTURE(lock, trial.verify.finding);
      REQUIRE(measured(trial, "bypasses_most") <= 7);
    }
  }
}

TEST_CASE("who waits for a dead holder is named, and so is the holder", "[section][serial]") {
  Plan plan = small_plan("section", 3, {"process"});
  plan.lock = "mutex";
  plan.extent.duration_ns = 100'000'000;
  arm(plan, "kill-9", 1, {TriggerKind::in_section, 0, 10'000'000});
  for (const TrialRecord& trial : run(plan)) {
    if (!trial.id.with_faults) continue;
    CAPTURE(trial.verify.finding);
    REQUIRE(trial.fault_struck);
    REQUIRE(trial.verify.finding.find("waiting at the end: 0, 2; they wait for worker 1, which "
                                      "never left the section") != std::string::npos);
  }
}

TEST_CASE("a counter without a lock loses updates, and each way to add says how many",
          "[counter][serial]") {
  if (std::thread::hardware_concurrency() < 2) return;
  const std::map<std::string, bool> loses{
      {"plain", true}, {"volatile", true}, {"relaxed", true}, {"fetch-add", false}, {"sum", false}};
  for (const auto& [form, lost] : loses) {
    CAPTURE(form);
    Plan plan = small_plan("counter", 2, {"thread", "process"});
    plan.lock = "none";
    plan.parameters.set("form", form);
    bool seen = false;
    for (int attempt = 0; attempt < (lost ? most_attempts : 1) && !seen; ++attempt) {
      for (const TrialRecord& trial : run(plan)) {
        const double missing = measured(trial, "lost_updates");
        REQUIRE(measured(trial, "expected_updates") - measured(trial, "found_updates") == missing);
        seen |= missing > 0;
      }
    }
    REQUIRE(seen == lost);
  }
}

TEST_CASE("an ordinary global is one counter for threads and a copy for each process",
          "[counter][serial]") {
  Plan plan = small_plan("counter", 4, {"process", "2x2", "thread"});
  plan.lock = "none";
  plan.parameters.set("place", "global");
  plan.rounds = {1, 1, std::nullopt};
  for (const TrialRecord& trial : run(plan)) {
    const Mode& mode = plan.modes[trial.id.mode];
    CAPTURE(mode.name, trial.verify.finding);
    REQUIRE(measured(trial, "counter_copies") == mode.compartments);
    if (mode.workers_each == 1) REQUIRE(measured(trial, "lost_updates") == 0);
  }
}

TEST_CASE("a section tells what a lock costs alone, and how much CPU time its waiting burns",
          "[section][serial]") {
  const std::string lock = GENERATE("mutex", "spin", "ticket");
  CAPTURE(lock);
  Plan plan = section_plan(lock);
  bool waited = false;
  for (int attempt = 0; attempt < most_attempts && !waited; ++attempt) {
    for (const TrialRecord& trial : run(plan)) {
      CHECK(measured(trial, "uncontended_ns") > 0);
      if (trial.verify.measures.count("wait_cpu_share") == 0) continue;  // Nobody had to wait.
      waited = true;
      CHECK(measured(trial, "wait_cpu_share") > 0);
      CHECK(measured(trial, "wait_cpu_share") <= 1);
    }
  }
  CHECK(waited);
}

TEST_CASE("a lock that is not free, or lets one user in once only, has no cost alone",
          "[section][serial]") {
  Plan turns = section_plan("alternate");
  for (const TrialRecord& trial : run(turns)) {
    CHECK(trial.verify.measures.count("uncontended_ns") == 0);
  }
  Plan dead = section_plan("mutex");
  arm(dead, "kill-9", 1, {.kind = TriggerKind::in_section, .after_ns = 10'000'000});
  for (const TrialRecord& trial : run(dead)) {
    if (!trial.id.with_faults || !trial.fault_struck) continue;
    CHECK(trial.verify.measures.count("uncontended_ns") == 0);
  }
}

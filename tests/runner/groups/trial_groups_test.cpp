// Trials with control groups, by real forks and real faults: what they do, and that nothing of them
// stays. Their sudden ends are in runner_killed_test.cpp.

#include "runner/groups/trial_groups.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "ipc/region.hpp"
#include "runner/faults/fault.hpp"
#include "runner/groups/guard.hpp"
#include "runner/measure/read_file.hpp"
#include "runner/trial/run_trial.hpp"
#include "runner/trial/strays.hpp"
#include "tests/catch.hpp"
#include "tests/group_directories.hpp"
#include "tests/in_child.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;
using Strings = std::vector<std::string>;

namespace {

/// Says why a test has nothing to do here.
bool is_missing(Hierarchy hierarchy) {
  const std::string obstacle = find_place(hierarchy).obstacle;
  if (!obstacle.empty()) WARN("skipped: " + obstacle);
  return !obstacle.empty();
}

TrialRecord run_with(const std::string& fault, const std::string& mode, RestartPolicy restart,
                     const std::string& workload = "bank", std::int64_t window_ns = 1'400 * ms) {
  Plan plan = small_plan(workload, 4, {mode});
  plan.extent.duration_ns = window_ns;
  plan.stall_timeout_ns = 600 * ms;  // A leak takes some time on busy CPUs.
  plan.restart = restart;
  arm(plan, fault, 1, {.kind = TriggerKind::moment, .after_ns = 20 * ms});
  Interrupts interrupts;
  TrialRecord trial = run_trial(plan, {0, 0, true, plan.seed}, interrupts);
  CAPTURE(fault, mode, trial.reason, trial.error_output);
  REQUIRE(trial.status == TrialStatus::completed);
  REQUIRE(trial.fault_struck);
  return trial;
}

std::size_t count_out_of_memory(const TrialRecord& trial) {
  return static_cast<std::size_t>(
      std::count_if(trial.deaths.begin(), trial.deaths.end(),
                    [](const DeathRecord& death) { return death.cause.out_of_memory; }));
}

/// A stray that takes a moment for its work and has a name. Answers whether it was let.
bool is_let_finish(const char* name) {
  const Region shared(Sharing::shared, sizeof(std::atomic<int>), "stray");
  auto& finished = *new (shared.data()) std::atomic<int>(0);
  const pid_t stray = fork();
  if (stray == 0) {
    prctl(PR_SET_NAME, name);
    usleep(300'000);
    finished.store(1);
    _exit(0);
  }
  usleep(100'000);  // It has its name by then, or the test of the other one fails.
  static_cast<void>(end_strays());
  return finished.load() == 1;
}

}  // namespace

TEST_CASE("a trial's control groups have a guard, bind who enters them, and end with the object",
          "[groups][fork]") {
  if (is_missing(Hierarchy::pids)) return;
  const ExitCause end = in_child([] {
    TrialGroups groups({Hierarchy::pids, Hierarchy::none, Hierarchy::pids}, Deadline::in(60 * s));
    if (groups_of(getpid()).size() != 1 || !groups.any()) return 1;
    const ControlGroup& group = *groups.find(Hierarchy::pids);
    if (groups.find(Hierarchy::memory) != nullptr || group.number("pids.current") != 0) return 2;
    Child member = Child::start([&] {
      groups.enter();
      group.set("pids.max", 1);
      return fork() < 0 && errno == EAGAIN ? 0 : 3;
    });
    const auto member_end = member.reap(Deadline::in(20 * s));
    if (!member_end || member_end->info.si_status != 0) return 3;
    groups.end();
    return groups_of(getpid()).empty() && waitpid(-1, nullptr, WNOHANG) == -1 ? 0 : 4;
  });
  CHECK(to_text(end) == "finished");
}

TEST_CASE("a trial that wants no control group has no guard", "[groups][fork]") {
  const ExitCause end = in_child([] {
    const TrialGroups groups({Hierarchy::none}, Deadline::in(60 * s));
    const bool has_child = waitpid(-1, nullptr, WNOHANG) != -1;
    return groups.any() || has_child || groups.lasting_file() != -1 ? 1 : 0;
  });
  CHECK(to_text(end) == "finished");
}

TEST_CASE("who is still in a control group when it ends is killed, frozen or not",
          "[groups][fork]") {
  if (is_missing(Hierarchy::freezer)) return;
  for (const char* state : {"THAWED", "FROZEN"}) {
    const ExitCause end = in_child([state] {
      TrialGroups groups({Hierarchy::freezer}, Deadline::in(60 * s));
      const ControlGroup inner = groups.find(Hierarchy::freezer)->inner("inner");
      inner.make();
      Child member = Child::start([&] {
        inner.set("cgroup.procs", "0");
        inner.set("freezer.state", state);
        for (;;) pause();
        return 0;
      });
      const auto number = static_cast<std::uint64_t>(member.pid());
      while (inner.number("cgroup.procs") != number) usleep(1'000);
      groups.end();
      const auto member_end = member.reap(Deadline::in(20 * s));
      return member_end && member_end->info.si_status == SIGKILL ? 0 : 1;
    });
    CAPTURE(state);
    CHECK(to_text(end) == "finished");
  }
}

TEST_CASE("a guard among the strays finishes its work, another one is ended at once",
          "[groups][fork]") {
  const std::string guard(guard_name);
  CHECK(to_text(in_child([&] { return is_let_finish(guard.c_str()) ? 0 : 1; })) == "finished");
  CHECK(to_text(in_child([] { return is_let_finish("bulkhead-other") ? 1 : 0; })) == "finished");
}

TEST_CASE("no control group outlives a trial, whatever the fault did in it", "[groups][fork]") {
  for (const FaultEntry& fault : FaultRegistry::all()) {
    if (fault.group == Hierarchy::none || is_missing(fault.group)) continue;
    for (const std::string mode : {"process", "thread"}) {
      static_cast<void>(
          run_with(std::string(fault.name), mode, RestartPolicy::one_for_one, "bank", 300 * ms));
    }
    CAPTURE(fault.name);
    CHECK(orphaned_groups() == Strings());
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
  }
}

TEST_CASE("who outlives SIGKILL is not replaced, who dies of it is", "[groups][fork]") {
  if (is_missing(Hierarchy::freezer) || is_missing(Hierarchy::unified)) return;
  const TrialRecord first = run_with("frozen-v1", "process", RestartPolicy::one_for_one);
  CHECK(first.outlived_kill == 1);
  CHECK(first.restarts == 0);
  CHECK(first.workers[0].ended_well);
  const TrialRecord second = run_with("frozen-v2", "process", RestartPolicy::one_for_one);
  CHECK(second.outlived_kill == 0);
  CHECK(second.restarts == 1);
  CHECK(second.killed_at_end == 0);
}

TEST_CASE("the kernel's choice is told from a kill by somebody", "[groups][fork]") {
  if (is_missing(Hierarchy::memory)) return;
  CHECK(count_out_of_memory(run_with("kill-9", "process", RestartPolicy::never)) == 0);
  const TrialRecord leaker = run_with("leak-memory-cgroup", "process", RestartPolicy::never);
  CHECK(count_out_of_memory(leaker) == 1);
  CHECK(leaker.workers[1].deaths == 1);
  CHECK(leaker.workers[2].deaths == 0);
  const TrialRecord bystander = run_with("leak-kills-bystander", "process", RestartPolicy::never);
  CHECK(count_out_of_memory(bystander) >= 1);
  CHECK(bystander.workers[2].deaths == 1);
}

TEST_CASE("a death gives a private leak back, and nobody's death one into a shared file",
          "[groups][fork]") {
  if (is_missing(Hierarchy::memory)) return;
  const TrialRecord leaked = run_with("leak-memory-cgroup", "process", RestartPolicy::one_for_one);
  CHECK(count_out_of_memory(leaked) == 1);
  CHECK(leaked.workers[1].ended_well);
  const TrialRecord shared =
      run_with("leak-shared-memory", "process", RestartPolicy::one_for_one, "page-fault");
  CHECK(count_out_of_memory(shared) > 1);
}

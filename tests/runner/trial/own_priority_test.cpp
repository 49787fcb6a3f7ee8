// The supervisor's own priority, in a child each, which loses it with its life.

#include "runner/trial/own_priority.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

bool is_fifo() {
  return (sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) == SCHED_FIFO;
}

/// See sched_getattr(2).
std::uint64_t own_slice_ns() {
  struct {
    std::uint32_t size, policy;
    std::uint64_t flags;
    std::int32_t nice;
    std::uint32_t priority;
    std::uint64_t runtime_ns, deadline_ns, period_ns;
  } got{};
  return syscall(SYS_sched_getattr, 0, &got, sizeof got, 0) == 0 ? got.runtime_ns : 0;
}

/// What a fork of the caller finds; false where it could not be asked.
bool child_finds(bool (*question)()) {
  const pid_t child = fork();
  if (child == 0) _exit(question() ? 0 : 1);
  int status = 1;
  return waitpid(child, &status, 0) == child && status == 0;
}

void lose_all_rights() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_RTPRIO, &none);
  if (geteuid() == 0) static_cast<void>(!setresuid(65'534, 65'534, 65'534));
}

bool ends_well(int (*body)()) {
  return in_child(body).kind == ExitCause::Kind::finished;
}

std::string priority_in_trial(bool with_faults, RunnerPriority wish) {
  Plan plan = small_plan("bank", 2, {"process"});
  plan.extent.duration_ns = 30 * ms;
  plan.runner_priority = wish;
  arm(plan, "slow", 1, {.kind = TriggerKind::moment, .after_ns = 5 * ms});
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, with_faults, 1}, interrupts);
  REQUIRE(trial.status == TrialStatus::completed);
  return trial.supervisor_priority;
}

}  // namespace

TEST_CASE("who may, gets a realtime priority, and whom it forks does not", "[priority]") {
  const std::string obstacle = priority_obstacle(RunnerPriority::fifo);
  if (!obstacle.empty()) {
    WARN(obstacle);
    return;
  }
  CHECK(ends_well([] {
    const bool taken = take_priority(RunnerPriority::fifo).starts_with("SCHED_FIFO");
    return taken && is_fifo() && child_finds([] { return !is_fifo(); }) ? 0 : 1;
  }));
}

TEST_CASE("a short time slice is had unasked, by any user, and by nobody else", "[priority]") {
  const std::string obstacle = priority_obstacle(RunnerPriority::slice);
  if (!obstacle.empty()) {
    WARN(obstacle);
    return;
  }
  CHECK(ends_well([] {
    lose_all_rights();
    const std::uint64_t before_ns = own_slice_ns();
    const bool taken = take_priority(RunnerPriority::automatic) == "time slice of 100 us";
    return taken && own_slice_ns() == 100'000 && before_ns > 100'000 &&
                   child_finds([] { return own_slice_ns() > 100'000; })
               ? 0
               : 1;
  }));
}

TEST_CASE("who may not, is told so, and goes on without", "[priority]") {
  CHECK(ends_well([] {
    lose_all_rights();
    const bool told = !priority_obstacle(RunnerPriority::fifo).empty();
    return told && take_priority(RunnerPriority::fifo) == "as its workers" && !is_fifo() ? 0 : 1;
  }));
}

TEST_CASE("a priority that was chosen for all of bulkhead is left alone", "[priority]") {
  CHECK(ends_well([] {
    if (setpriority(PRIO_PROCESS, 0, 5) != 0) return 1;
    const bool told = !priority_obstacle(RunnerPriority::fifo).empty();
    const bool left = take_priority(RunnerPriority::automatic) == "as its workers";
    return told && left && getpriority(PRIO_PROCESS, 0) == 5 ? 0 : 1;
  }));
}

TEST_CASE("a trial says which priority its supervisor had, where a fault may strike",
          "[priority][fork]") {
  CHECK(priority_in_trial(true, RunnerPriority::none) == "as its workers");
  CHECK_FALSE(priority_in_trial(true, RunnerPriority::automatic).empty());
  CHECK(priority_in_trial(false, RunnerPriority::automatic).empty());
}

TEST_CASE("a priority that was asked for is the supervisor's in trials without faults, too",
          "[priority][fork]") {
  const std::string obstacle = priority_obstacle(RunnerPriority::fifo);
  if (!obstacle.empty()) {
    WARN(obstacle);
    return;
  }
  CHECK(priority_in_trial(false, RunnerPriority::fifo) == "SCHED_FIFO 50");
}

// What follows a death, through bulkhead and with the bare system calls: until it is noticed, until
// a replacement has done its first operation, by a fork and by a process that was parked before.
// And the price of a fault that waits.

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "bench/bench.hpp"
#include "bench/middle_of.hpp"
#include "ipc/spin_wait.hpp"
#include "runner/options/fault_settings.hpp"
#include "runner/trial/compartments.hpp"
#include "runner/trial/strikes.hpp"
#include "runner/trial/watch.hpp"
#include "workloads/worker.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::int64_t patience_ns = 30 * ns_per_second;

FaultPlan fault_at(std::string_view name, std::uint64_t operation) {
  FaultPlan fault;
  fault.text = name;
  fault.entry = FaultRegistry::find(name);
  fault.trigger = {.kind = TriggerKind::operation, .operation = operation};
  fault.parameters = default_settings(*fault.entry);
  return fault;
}

constexpr std::uint64_t operations_to_live = 600'000;
constexpr std::int64_t time_to_live_ns = ns_per_ms;

/// One worker that kills itself when its supervisor has long fallen asleep: waking a CPU that idles
/// takes most of the time on a virtual machine, and both sides shall have to.
Plan dying_plan(std::uint32_t spares) {
  Plan plan;
  plan.workload = WorkloadRegistry::find("spin");
  plan.parameters.set("steps", std::int64_t{1});
  plan.worker_count = 1;
  plan.modes = {*make_mode("process", 1)};
  plan.lock = "none";
  plan.restart = RestartPolicy::one_for_one;
  plan.spares = spares;
  plan.faults = {fault_at("sigkill-self", operations_to_live)};
  return plan;
}

struct Course {
  std::int64_t struck_ns = 0;
  std::int64_t noticed_ns = 0;
  std::int64_t working_again_ns = 0;
};

Course course_of_ours(std::uint32_t spares) {
  const Plan plan = dying_plan(spares);
  TrialMemory memory(plan, 1);
  Watch watch;
  const CompartmentSetup setup{
      plan,       plan.modes[0], memory, 1, {}, Deadline::in(patience_ns), watch.notice_fd(),
      plan.faults};
  Compartments compartments(setup);
  WorkerSlot& slot = memory.scoreboard().slots()[0];
  const auto wait_until = [&](auto condition) {
    if (watch.until(Deadline::in(patience_ns), compartments, condition) != Wake::condition) {
      throw std::runtime_error("a worker did not come so far, or SIGTERM came");
    }
  };
  compartments.start_all();
  wait_until([&] { return slot.state.load(std::memory_order_relaxed) == WorkerState::ready; });
  // A parked process parks behind the one that works, which is ready first.
  if (spares > 0) usleep(2000);
  memory.scoreboard().control().gate.open();
  wait_until([&] { return !compartments.deaths().empty(); });
  const auto works_again = [&] {
    return slot.generation.load(std::memory_order_relaxed) > 0 &&
           slot.first_operation_ns.load(std::memory_order_relaxed) != 0;
  };
  const Deadline patience = Deadline::in(patience_ns);
  while (!works_again()) {
    // Nobody says so: it is looked at often.
    const Wake wake = watch.until(Deadline::in(ns_per_ms / 10), compartments);
    if (wake != Wake::deadline || patience.passed()) {
      throw std::runtime_error("no replacement worked, or SIGTERM came");
    }
  }
  const DeathRecord& death = compartments.deaths().front();
  const Course course{death.struck_ns, death.noticed_ns,
                      slot.first_operation_ns.load(std::memory_order_relaxed)};
  compartments.expect_ends();
  compartments.kill_all();
  watch.until_gone(Deadline::in(patience_ns), compartments);
  return course;
}

/// What the bare program shares.
struct BareCourse {
  int ready_fd = -1;  // An eventfd, since whoever opens a gate has to know who stands before it.
  Gate gate;
  Gate spare_gate;
  std::atomic<std::uint32_t> parked{0};
  std::atomic<std::int64_t> struck_ns{0};
  std::atomic<std::int64_t> working_again_ns{0};
};

void begin_again(BareCourse& shared) {
  static_cast<void>(shared.gate.wait(Deadline::in(patience_ns)));
  shared.working_again_ns.store(monotonic_ns());
  for (;;) pause();
}

pid_t fork_to(void (*body)(BareCourse&), BareCourse& shared) {
  const pid_t child = fork();
  if (child == 0) {
    body(shared);
    _exit(0);
  }
  return child;
}

void die(BareCourse& shared) {
  const std::uint64_t one = 1;
  static_cast<void>(!write(shared.ready_fd, &one, sizeof one));
  static_cast<void>(shared.gate.wait(Deadline::in(patience_ns)));
  const Deadline end = Deadline::in(time_to_live_ns);
  while (!end.passed()) cpu_relax();
  shared.struck_ns.store(monotonic_ns());
  raise(SIGKILL);
}

void be_spare(BareCourse& shared) {
  shared.parked.store(1);
  static_cast<void>(shared.spare_gate.wait(Deadline::in(patience_ns)));
  begin_again(shared);
}

void wait_for(const UniqueFd& fd) {
  pollfd readable{fd.get(), POLLIN, 0};
  poll(&readable, 1, static_cast<int>(patience_ns / ns_per_ms));
}

Course course_of_bare(bool has_spare) {
  const Region region(Sharing::shared, sizeof(BareCourse), "bench");
  BareCourse& shared = *new (region.data()) BareCourse();
  const pid_t spare = has_spare ? fork_to(be_spare, shared) : 0;
  while (has_spare && shared.parked.load() == 0) usleep(100);
  if (has_spare) usleep(2000);
  const UniqueFd ready(eventfd(0, EFD_CLOEXEC));
  shared.ready_fd = ready.get();
  const pid_t child = fork_to(die, shared);
  const UniqueFd death(pidfd_open(child, 0));
  wait_for(ready);
  shared.gate.open();
  wait_for(death);
  Course course{shared.struck_ns.load(), monotonic_ns(), 0};
  waitpid(child, nullptr, 0);
  pid_t again = spare;
  if (has_spare) {
    shared.spare_gate.open();
  } else {
    again = fork_to(begin_again, shared);
  }
  while (shared.working_again_ns.load() == 0) usleep(10);
  course.working_again_ns = shared.working_again_ns.load();
  kill(again, SIGKILL);
  waitpid(again, nullptr, 0);
  return course;
}

double to_notice(const Course& course) {
  return static_cast<double>(course.noticed_ns - course.struck_ns);
}

double to_work_again(const Course& course) {
  return static_cast<double>(course.working_again_ns - course.struck_ns);
}

Comparison noticed() {
  return {middle_of([] { return to_notice(course_of_bare(false)); }),
          middle_of([] { return to_notice(course_of_ours(0)); })};
}

Comparison replaced() {
  return {middle_of([] { return to_work_again(course_of_bare(false)); }),
          middle_of([] { return to_work_again(course_of_ours(0)); })};
}

Comparison replaced_by_spare() {
  return {middle_of([] { return to_work_again(course_of_bare(true)); }),
          middle_of([] { return to_work_again(course_of_ours(1)); })};
}

// The same loop through a worker, with nothing armed and with a fault that is far away.
constexpr std::uint64_t operations = 50'000'000;
constexpr std::uint64_t far_away = std::uint64_t{1} << 60;

/// What a worker needs to be armed.
struct ArmedStage {
  Plan plan = dying_plan(0);
  TrialMemory memory{plan, 1};
  CompartmentSetup setup{plan,   plan.modes[0],
                         memory, 1,
                         {},     Deadline::in(24 * 3600 * ns_per_second),
                         -1,     {fault_at("abort", far_away)}};
};

__attribute__((noinline)) double loop_with(ArmedStage& stage, StrikePoints& strikes) {
  WorkerSlot& slot = stage.memory.scoreboard().slots()[0];
  slot.finished.store(0);
  slot.share.store(operations);
  Worker worker({0, 1, slot, stage.memory.scoreboard().control(), stage.memory.private_block()}, 1,
                stage.setup.gives_up, strikes);
  std::uint64_t sum = 0;
  const std::int64_t begun_ns = monotonic_ns();
  worker.repeat([&](auto& unit) {
    sum += unit.number();
    asm volatile("" : "+r"(sum));
  });
  return static_cast<double>(monotonic_ns() - begun_ns) / operations;
}

Comparison armed() {
  auto stage = std::make_shared<ArmedStage>();
  return {[stage] {
            NoStrikes nothing;
            return loop_with(*stage, nothing);
          },
          [stage] {
            Strikes strikes(stage->setup, 0, 0, nullptr);
            return loop_with(*stage, strikes);
          }};
}

const BenchRegistry::Registration registered[] = {
    BenchRegistry::Registration{
        {"death-noticed", "from a worker's SIGKILL to the supervisor's knowing", 1.15, noticed}},
    BenchRegistry::Registration{
        {"replaced-fork", "from a worker's SIGKILL to a forked replacement's first operation", 1.3,
         replaced}},
    BenchRegistry::Registration{{"replaced-spare", "the same with a process that was parked before",
                                 1.3, replaced_by_spare}},
    BenchRegistry::Registration{
        {"armed-fault", "measured loop with a fault that waits, against none", 1.01, armed}},
};

}  // namespace
}  // namespace bulkhead::bench

// Creation: a worker makes a task, which does one thing and ends, and reaps it. What the task
// shares with its maker is what the ways differ in:
//
// way         | memory              | until
// thread      | shared, and a stack of its own | its end
// fork        | copied on write     | its end; the price grows with the maker's page tables
// vfork       | shared, stack too; the maker sleeps | its end
// clone       | shared, and a stack of its own; a process otherwise | its end
// posix-spawn | shared; the maker sleeps | it runs another program
//
// One task a worker at a time. A task that outlives its maker is killed by the kernel.

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "ipc/arena.hpp"
#include "ipc/heartbeat.hpp"
#include "ipc/histogram.hpp"
#include "workloads/checked_units.hpp"
#include "workloads/child_task.hpp"
#include "workloads/latency_measures.hpp"
#include "workloads/own_memory.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

constexpr std::size_t stack_bytes = std::size_t{64} << 10;
constexpr const char* other_program = "/bin/true";

/// What a task is told and tells, in the arena.
struct alignas(cache_line_bytes) Errand {
  std::atomic<std::uint64_t> number{0};  // The unit, plus one; the task says it back.
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::int64_t> first_ns{0};  // When the task ran first.
  LatencyHistogram to_first;              // From the call to then.
};

/// What a worker brings along, and what of it a task writes to.
struct Ballast {
  std::byte* first = nullptr;
  std::size_t written_bytes = 0;
};

struct Task {
  Errand* errand;
  Ballast ballast;
  pid_t maker;  ///< 0 where the task is none that could outlive it.
};

/// All that a task does. It may run in a copy of a process of many threads, or on its maker's
/// memory: nothing here may take a lock, or write what belongs to the C library.
__attribute__((no_sanitize("address", "thread", "undefined"))) void do_errand(const Task& task) {
  Errand& errand = *task.errand;
  errand.first_ns.store(monotonic_ns(), std::memory_order_relaxed);
  if (task.maker != 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != task.maker) return;  // It died before that.
  }
  volatile std::byte* const first = task.ballast.first;
  constexpr std::size_t step = 4096;
  for (std::size_t at = 0; at < task.ballast.written_bytes; at += step) first[at] = std::byte{2};
  errand.done.store(errand.number.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

bool make_thread(Task& task, Worker&) {
  pthread_t thread{};
  const int error = pthread_create(
      &thread, nullptr,
      [](void* argument) -> void* {
        do_errand(*static_cast<Task*>(argument));
        return nullptr;
      },
      &task);
  if (error != 0) refused("pthread_create", error);
  return pthread_join(thread, nullptr) == 0;
}

bool make_fork(Task& task, Worker& worker) {
  const pid_t pid = fork();
  if (pid == 0) {
    do_errand(task);
    _exit(0);
  }
  return reap(pid, "fork", worker);
}

/// Not inlined: the child leaves its mark on this frame, which must hold nothing else.
__attribute__((noinline)) pid_t vfork_errand(const Task& task) {
  const pid_t pid = vfork();
  if (pid == 0) {
    do_errand(task);
    _exit(0);
  }
  return pid;
}

bool make_vfork(Task& task, Worker& worker) {
  return reap(vfork_errand(task), "vfork", worker);
}

__attribute__((no_sanitize("address", "thread", "undefined"))) int clone_main(void* argument) {
  do_errand(*static_cast<const Task*>(argument));
  syscall(SYS_exit_group, 0);
  return 0;
}

bool make_clone(Task& task, Worker& worker, std::byte* stack) {
  const pid_t pid = clone(clone_main, stack + stack_bytes, CLONE_VM | SIGCHLD, &task);
  return reap(pid, "clone", worker);
}

bool make_spawn(Task& task, Worker& worker) {
  pid_t pid = 0;
  char* const arguments[] = {const_cast<char*>(other_program), nullptr};
  const int error = posix_spawn(&pid, other_program, nullptr, nullptr, arguments, nullptr);
  if (error != 0) refused("posix_spawn of /bin/true", error);
  const bool well = reap(pid, "posix_spawn", worker);
  task.errand->done.store(task.errand->number.load());  // The program knows nothing of errands.
  return well;
}

class Spawn final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    way_ = setup.parameters.text("way");
    ballast_bytes_ = setup.parameters.count("ballast");
    written_bytes_ = ballast_bytes_ / 100 * setup.parameters.count("written");
    errands_ = {setup.arena.construct_array<Errand>(setup.worker_count), setup.worker_count};
    units_ = CheckedUnits(setup.arena, setup.worker_count);
  }

  void run(Worker& worker) override {
    const Heartbeat heartbeat;
    std::vector<std::byte> stack(stack_bytes);
    std::optional<OwnMemory> ballast;
    Task task{&errands_[worker.index()], {}, way_ == "thread" ? 0 : getpid()};
    if (ballast_bytes_ > 0) {
      ballast.emplace(ballast_bytes_, worker.seed());
      std::memset(ballast->data(), 1, ballast_bytes_);
      task.ballast = {ballast->data(), written_bytes_};
    }
    if (way_ == "thread") return repeat(worker, task, make_thread);
    if (way_ == "fork") return repeat(worker, task, make_fork);
    if (way_ == "vfork") return repeat(worker, task, make_vfork);
    if (way_ == "posix-spawn") return repeat(worker, task, make_spawn);
    repeat(worker, task,
           [&](Task& one, Worker& maker) { return make_clone(one, maker, stack.data()); });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict =
        units_.judge(acknowledged, "were tasks that did not run, or did not end well");
    LatencyHistogram::Counts counts{};
    for (const Errand& errand : errands_) errand.to_first.add_to(counts);
    // None where the task is another program.
    add_percentiles(verdict, counts, {{"to_first_p50_ns", 0.5}, {"to_first_p99_ns", 0.99}});
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return CheckedUnits::arena_bytes(worker_count) + (worker_count + 1) * sizeof(Errand);
  }

 private:
  template <class Make>
  void repeat(Worker& worker, Task& task, Make make) const {
    Errand& errand = *task.errand;
    worker.repeat([&](auto& unit) {
      errand.number.store(unit.number() + 1, std::memory_order_relaxed);
      const std::int64_t called_ns = monotonic_ns();
      const bool well = make(task, worker);
      const bool ran = errand.done.load(std::memory_order_relaxed) == unit.number() + 1;
      const std::int64_t first_ns = errand.first_ns.load(std::memory_order_relaxed);
      if (first_ns > called_ns) {
        errand.to_first.record(static_cast<std::uint64_t>(first_ns - called_ns));
      }
      units_.note(worker.index(), unit.number(), well && ran);
    });
  }

  std::string way_;
  std::size_t ballast_bytes_ = 0;
  std::size_t written_bytes_ = 0;
  std::span<Errand> errands_;
  CheckedUnits units_;
};

Objection objection(const ParameterValues& parameters, std::uint32_t) {
  if (parameters.text("way") == "clone" && !children_may_share_memory) {
    return {"way",
            "this build has ThreadSanitizer, which cannot follow a clone: take another --way"};
  }
  return {};
}

std::uint64_t own_memory_bytes(const ParameterValues& parameters) {
  // A child that writes to what it copied needs as much again.
  const std::uint64_t ballast = parameters.count("ballast");
  const bool copies = parameters.text("way") == "fork";
  const std::uint64_t copied = copies ? ballast / 100 * parameters.count("written") : 0;
  return ballast + copied;
}

const WorkloadRegistry::Registration registered{{
    .name = "spawn",
    .help = "creates a thread or process that runs, ends and is reaped",
    .operation = "creation",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "way",
                    .kind = ParameterKind::choice,
                    .default_text = "thread",
                    .help = "how the task is made; clone shares memory, posix-spawn runs /bin/true",
                    .choices = {"thread", "fork", "vfork", "posix-spawn", "clone"}},
                   {.name = "ballast",
                    .kind = ParameterKind::bytes,
                    .default_text = "0",
                    .help = "bytes of touched memory that each worker has when it makes a task",
                    .min = 0,
                    .max = std::int64_t{64} << 30},
                   {.name = "written",
                    .kind = ParameterKind::count,
                    .default_text = "0",
                    .help = "percent of the ballast that the task writes to",
                    .min = 0,
                    .max = 100}},
    .measures = {{.name = "to_first_p50_ns",
                  .label = "to first instruction, p50",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "time from the call that makes a task to the task's first instruction"},
                 {.name = "to_first_p99_ns",
                  .label = "to first instruction, p99",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "the same, exceeded by one in 100"}},
    .make = make_workload<Spawn>,
    .objection = objection,
    .own_memory_bytes = own_memory_bytes,
}};

}  // namespace
}  // namespace bulkhead

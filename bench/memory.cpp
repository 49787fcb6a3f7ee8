// Memory of workers that wait in front of their start gate, bytes for each of 16: PSS and page
// tables of all processes, through bulkhead and forked or spawned by hand.

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/bench.hpp"
#include "bench/whole_trial.hpp"
#include "ipc/gate.hpp"
#include "ipc/region.hpp"
#include "runner/measure/task_counters.hpp"
#include "runner/trial/run_trial.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::uint32_t worker_count = 16;
constexpr std::int64_t patience_ns = 30 * ns_per_second;

double bytes_each(const MemoryRecord& memory) {
  return static_cast<double>(memory.pss_bytes + memory.page_table_bytes) / worker_count;
}

struct Hall {
  Gate gate;
  std::atomic<std::uint32_t> there{0};
  std::atomic<std::uint64_t> pss_bytes{0};
  std::atomic<std::uint64_t> page_table_bytes{0};

  void wait() {
    there.fetch_add(1);
    static_cast<void>(gate.wait(Deadline::in(patience_ns)));
  }
  void wait_for(std::uint32_t count) const {
    const Deadline deadline = Deadline::in(patience_ns);
    while (there.load() < count && !deadline.passed()) usleep(200);
    usleep(1'000);  // They are on their way into the kernel.
  }
  void note(const MemoryRecord& memory) {
    pss_bytes.store(memory.pss_bytes);
    page_table_bytes.store(memory.page_table_bytes);
    gate.open();
  }
};

void host_processes(Hall& hall) {
  std::vector<pid_t> children;
  for (std::uint32_t worker = 0; worker < worker_count; ++worker) {
    children.push_back(fork());
    if (children.back() == 0) {
      hall.wait();
      _exit(0);
    }
  }
  hall.wait_for(worker_count);
  MemoryRecord memory;
  for (const pid_t child : children) add_process_memory(child, memory);
  hall.note(memory);
  while (wait(nullptr) > 0) {
  }
}

void host_threads(Hall& hall) {
  std::vector<std::thread> others;
  for (std::uint32_t worker = 1; worker < worker_count; ++worker) {
    others.emplace_back([&hall] { hall.wait(); });
  }
  hall.wait_for(worker_count - 1);
  MemoryRecord memory;
  add_process_memory(getpid(), memory);
  hall.note(memory);
  for (std::thread& other : others) other.join();
}

double bare(void (*host)(Hall&)) {
  const Region region(Sharing::shared, sizeof(Hall), "bench");
  Hall& hall = *new (region.data()) Hall();
  // The process that measures everything stays out of it, as bulkhead's own does.
  const pid_t child = fork();
  if (child == 0) {
    host(hall);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  MemoryRecord memory;
  memory.pss_bytes = hall.pss_bytes.load();
  memory.page_table_bytes = hall.page_table_bytes.load();
  return bytes_each(memory);
}

double ours(std::string_view mode) {
  Plan plan = plan_of("getpid", mode, worker_count, worker_count);
  plan.start_timeout_ns = patience_ns;
  plan.trial_timeout_ns = patience_ns;
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, false, 1}, interrupts);
  if (trial.status != TrialStatus::completed) throw std::runtime_error(trial.reason);
  return bytes_each(trial.idle_memory.value());
}

using Registration = BenchRegistry::Registration;

const Registration registered[] = {
    Registration{
        {"idle-process", "memory of one of 16 idle workers, bytes: processes", 1.25,
         [] {
           return Comparison{[] { return bare(host_processes); }, [] { return ours("process"); }};
         }}},
    Registration{
        {"idle-thread", "the same, threads", 1.25,
         [] {
           return Comparison{[] { return bare(host_threads); }, [] { return ours("thread"); }};
         }}},
};

}  // namespace
}  // namespace bulkhead::bench

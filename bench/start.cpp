// From the first fork or pthread_create until the last of N workers has done its first operation
// behind the start gate, and from the opening of the gate alone: through bulkhead, and with the
// bare system calls, a futex and a pidfd for each process.

#include <linux/futex.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <memory>
#include <thread>
#include <vector>

#include "bench/bench.hpp"
#include "bench/middle_of.hpp"
#include "bench/whole_trial.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/clock.hpp"
#include "ipc/region.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::int64_t patience_ns = 30 * ns_per_second;

/// What of it is compared, of each worker.
enum class Part { whole_start, gate };

/// Workers that do one operation each, so that a trial is nothing but its start.
double start_ours(std::uint32_t worker_count, std::string_view mode, Part part) {
  Plan plan = plan_of("spin", mode, worker_count, worker_count);
  plan.parameters.set("steps", std::int64_t{1});
  const TrialTimes times = run_whole(plan, {});
  const std::int64_t from_ns = part == Part::gate ? times.gate_ns : times.begun_ns;
  return static_cast<double>(times.last_first_ns - from_ns) / worker_count;
}

/// A gate as a program without bulkhead would make it.
struct BareGate {
  std::atomic<std::uint32_t> is_open{0};
  void wait() {
    constexpr timespec patience{patience_ns / ns_per_second, 0};
    while (is_open.load(std::memory_order_acquire) == 0) {
      if (syscall(SYS_futex, &is_open, FUTEX_WAIT, 0, &patience) != 0 && errno == ETIMEDOUT) return;
    }
  }
  void open() {
    is_open.store(1, std::memory_order_release);
    syscall(SYS_futex, &is_open, FUTEX_WAKE, INT_MAX);
  }
};

/// What the bare program shares: a gate, a count of those in front of it, and the stamps.
struct Bare {
  BareGate gate;
  BareGate leave;
  alignas(cache_line_bytes) std::atomic<std::uint32_t> ready{0};
  std::atomic<std::int64_t> first_ns[1024] = {};
};

void bare_worker(Bare& shared, std::uint32_t index, std::uint32_t worker_count, int notice_fd) {
  if (shared.ready.fetch_add(1) + 1 == worker_count) {
    const std::uint64_t one = 1;
    static_cast<void>(!write(notice_fd, &one, sizeof one));
  }
  shared.gate.wait();
  shared.first_ns[index].store(monotonic_ns());
  shared.leave.wait();
}

void bare_process(Bare& shared, std::uint32_t first, std::uint32_t count,
                  std::uint32_t worker_count, int notice_fd) {
  std::vector<std::thread> others;
  for (std::uint32_t index = first + 1; index < first + count; ++index) {
    others.emplace_back(bare_worker, std::ref(shared), index, worker_count, notice_fd);
  }
  bare_worker(shared, first, worker_count, notice_fd);
  for (std::thread& other : others) other.join();
  _exit(0);
}

double start_bare(std::uint32_t worker_count, std::string_view mode_name, Part part) {
  const Mode mode = *make_mode(mode_name, worker_count);
  const Region region(Sharing::shared, sizeof(Bare), "bench");
  Bare& shared = *new (region.data()) Bare();
  const UniqueFd notice(eventfd(0, EFD_CLOEXEC));
  // Whoever starts workers has to hear of their deaths.
  std::vector<UniqueFd> deaths;
  deaths.reserve(mode.compartments);
  const std::int64_t begun_ns = monotonic_ns();
  for (std::uint32_t process = 0; process < mode.compartments; ++process) {
    const pid_t child = fork();
    if (child == 0) {
      bare_process(shared, process * mode.workers_each, mode.workers_each, worker_count,
                   notice.get());
    }
    deaths.emplace_back(pidfd_open(child, 0));
  }
  pollfd readable{notice.get(), POLLIN, 0};
  poll(&readable, 1, patience_ns / 1'000'000);
  const std::int64_t gate_ns = monotonic_ns();
  shared.gate.open();
  std::int64_t last_ns = 0;
  for (std::uint32_t index = 0; index < worker_count; ++index) {
    while (shared.first_ns[index].load() == 0) std::this_thread::yield();
    last_ns = std::max(last_ns, shared.first_ns[index].load());
  }
  shared.leave.open();
  while (waitpid(-1, nullptr, 0) > 0) continue;
  const std::int64_t from_ns = part == Part::gate ? gate_ns : begun_ns;
  return static_cast<double>(last_ns - from_ns) / worker_count;
}

template <std::uint32_t worker_count>
Comparison start(std::string_view mode, Part part = Part::whole_start) {
  return {middle_of([=] { return start_bare(worker_count, mode, part); }),
          middle_of([=] { return start_ours(worker_count, mode, part); })};
}

const BenchRegistry::Registration registered[] = {
    BenchRegistry::Registration{{"start-process-2", "2 workers by fork, each, to first operation",
                                 1.15, [] { return start<2>("process"); }}},
    BenchRegistry::Registration{
        {"start-process-16", "16 workers by fork", 1.15, [] { return start<16>("process"); }}},
    BenchRegistry::Registration{
        {"start-thread-2", "2 workers by pthread_create", 1.15, [] { return start<2>("thread"); }}},
    BenchRegistry::Registration{{"start-thread-16", "16 workers by pthread_create", 1.15,
                                 [] { return start<16>("thread"); }}},
    BenchRegistry::Registration{{"gate-process-2", "the gate's opening to the last of 2 processes",
                                 1.2, [] { return start<2>("process", Part::gate); }}},
    BenchRegistry::Registration{{"gate-process-16", "the same, 16 processes", 1.2,
                                 [] { return start<16>("process", Part::gate); }}},
    BenchRegistry::Registration{{"gate-thread-2", "the same, 2 threads", 1.2,
                                 [] { return start<2>("thread", Part::gate); }}},
    BenchRegistry::Registration{{"gate-thread-16", "the same, 16 threads", 1.2,
                                 [] { return start<16>("thread", Part::gate); }}},
};

}  // namespace
}  // namespace bulkhead::bench

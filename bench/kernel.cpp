// What a worker adds to work that is the kernel's or the C library's: one worker in a process of
// its own against the bare loop in a forked child.

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "bench/bench.hpp"
#include "bench/whole_trial.hpp"
#include "ipc/clock.hpp"
#include "ipc/region.hpp"
#include "runner/measure/cpus.hpp"

namespace bulkhead::bench {
namespace {

/// Nanoseconds per operation of `loop(operations)` in a forked child on one CPU.
template <class Loop>
double time_bare(std::uint64_t operations, Loop loop) {
  static const Region region(Sharing::shared, sizeof(std::atomic<std::int64_t>), "bench");
  auto& result_ns = *new (region.data()) std::atomic<std::int64_t>();
  const pid_t pid = fork();
  if (pid == 0) {
    pin_this_thread(one_cpu().front());
    // As every compartment: the C library has seen a second thread.
    std::thread([] {}).join();
    const std::int64_t begun_ns = monotonic_ns();
    loop(operations);
    result_ns.store(monotonic_ns() - begun_ns);
    _exit(0);
  }
  waitpid(pid, nullptr, 0);
  return static_cast<double>(result_ns.load()) / static_cast<double>(operations);
}

double time_ours(const Plan& plan) {
  static const bool once = [] {
    std::thread([] {}).join();
    return true;
  }();
  static_cast<void>(once);
  const TrialTimes times = run_whole(plan, one_cpu());
  return static_cast<double>(times.last_ended_ns - times.gate_ns) /
         static_cast<double>(*plan.extent.operations);
}

void bare_malloc(std::uint64_t operations) {
  constexpr std::size_t live = 256, bytes = 3000;
  std::vector<unsigned char*> blocks(live, nullptr);
  for (std::uint64_t unit = 0; unit < operations; ++unit) {
    const std::size_t index = unit % live;
    const auto mark = static_cast<unsigned char>(index);
    unsigned char*& block = blocks[index];
    if (block != nullptr && (block[0] != mark || block[bytes - 1] != mark)) std::abort();
    std::free(block);
    block = static_cast<unsigned char*>(std::malloc(bytes));
    block[0] = block[bytes - 1] = mark;
  }
}

void bare_page_fault(std::uint64_t operations) {
  constexpr std::size_t pages = 1024;
  const Region region(Sharing::copied, pages * page_bytes(), "bench");
  madvise(region.data(), region.size_bytes(), MADV_NOHUGEPAGE);
  for (std::uint64_t unit = 0; unit < operations; ++unit) {
    const std::size_t page = unit % pages;
    if (page == 0) madvise(region.data(), region.size_bytes(), MADV_DONTNEED);
    volatile std::byte& first = region.data()[page * page_bytes()];
    if (first != std::byte{0}) std::abort();
    first = std::byte{1};
  }
}

void bare_thread(std::uint64_t operations) {
  for (std::uint64_t unit = 0; unit < operations; ++unit) {
    pthread_t thread{};
    std::atomic<std::int64_t> first_ns{0};
    pthread_create(
        &thread, nullptr,
        [](void* word) -> void* {
          static_cast<std::atomic<std::int64_t>*>(word)->store(monotonic_ns());
          return nullptr;
        },
        &first_ns);
    pthread_join(thread, nullptr);
    if (first_ns.load() == 0) std::abort();
  }
}

void bare_fork(std::uint64_t operations) {
  for (std::uint64_t unit = 0; unit < operations; ++unit) {
    const pid_t pid = fork();
    if (pid == 0) _exit(0);
    int status = -1;
    if (waitpid(pid, &status, 0) != pid || status != 0) std::abort();
  }
}

template <std::uint64_t operations, void (*bare)(std::uint64_t)>
Comparison against(std::string_view workload, std::string_view way = "") {
  Plan plan = plan_of(workload, "process", 1, operations);
  if (!way.empty()) plan.parameters.set("way", std::string(way));
  return {[] { return time_bare(operations, bare); }, [plan] { return time_ours(plan); }};
}

using Registration = BenchRegistry::Registration;

const Registration registered[] = {
    Registration{{"malloc-3000", "free + malloc of 3000 bytes", 1.02,
                  [] { return against<3'000'000, bare_malloc>("malloc"); }}},
    Registration{{"page-fault", "first touch of a page", 1.02,
                  [] { return against<100'000, bare_page_fault>("page-fault"); }}},
    Registration{{"spawn-thread", "a thread, joined", 1.15,
                  [] { return against<5'000, bare_thread>("spawn", "thread"); }}},
    Registration{{"spawn-fork", "a process by fork, reaped", 1.15,
                  [] { return against<300, bare_fork>("spawn", "fork"); }}},
};

}  // namespace
}  // namespace bulkhead::bench

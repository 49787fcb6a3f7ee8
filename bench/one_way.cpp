// One way: how long a message of 64 bytes is under way from one CPU to the other when nothing
// queues, through the ring against bare cache lines. Both ways hold the two readings of the clock,
// and both are a median out of the same histogram.

#include <array>
#include <atomic>
#include <stdexcept>
#include <string>

#include "bench/bare_pair.hpp"
#include "bench/bench.hpp"
#include "bench/whole_trial.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/lock.hpp"
#include "ipc/region.hpp"
#include "runner/trial/run_trial.hpp"
#include "workloads/latency_measures.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::int64_t pace_ns = 2'000;
constexpr std::int64_t window_ns = 100 * ns_per_ms;
constexpr std::uint64_t messages = window_ns / pace_ns;
constexpr std::size_t lines = 1024;

struct alignas(cache_line_bytes) Line {
  std::atomic<std::uint64_t> number;
  std::int64_t sent_ns;
  std::uint64_t words[6];
};
static_assert(sizeof(Line) == cache_line_bytes);

struct Road {
  std::array<Line, lines> slots{};
  LatencyHistogram way;
  alignas(cache_line_bytes) std::atomic<std::int64_t> result_ns{0};
};

void walk(Road& road) {
  for (std::uint64_t number = 1; number <= messages; ++number) {
    Line& line = road.slots[number % lines];
    std::uint64_t seen = 0;
    while ((seen = line.number.load(std::memory_order_acquire)) < number) cpu_relax();
    // The sender waits for nobody: one that lost its CPU for long finds later messages.
    if (seen != number) continue;
    road.way.record(static_cast<std::uint64_t>(monotonic_ns() - line.sent_ns));
  }
}

void send(Road& road) {
  std::int64_t due_ns = 0;
  for (std::uint64_t number = 1; number <= messages; ++number) {
    while (monotonic_ns() < due_ns) cpu_relax();
    due_ns = monotonic_ns() + pace_ns;
    Line& line = road.slots[number % lines];
    line.sent_ns = monotonic_ns();
    line.number.store(number, std::memory_order_release);
  }
}

double bare(std::string_view mode) {
  const Region region(Sharing::shared, sizeof(Road), "bench");
  Road& road = *new (region.data()) Road();
  // The same way round as bulkhead's: the clocks of two CPUs may differ by as much as a line takes.
  static_cast<void>(time_bare_pair(
      mode, two_cpus(), road.result_ns, [&] { send(road); }, [&] { walk(road); }));
  LatencyHistogram::Counts counts{};
  road.way.add_to(counts);
  return percentile_of(counts, 0.5).value();
}

double ours(std::string_view mode) {
  Plan plan = plan_of("ring", mode, 2, 0);
  plan.extent = {};
  plan.extent.duration_ns = window_ns;
  plan.pin = PinPolicy::spread;
  plan.start_timeout_ns = 10 * ns_per_second;
  plan.parameters.set("pace", pace_ns);
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, false, 1}, interrupts);
  if (trial.status != TrialStatus::completed) throw std::runtime_error(trial.reason);
  return trial.verify.measures.at("one_way_p50_ns");
}

const BenchRegistry::Registration registered[] = {
    BenchRegistry::Registration{
        {"ring-way-p", "one way of a message that nothing waits for, against a bare line", 1.1,
         [] {
           return Comparison{[] { return bare("process"); }, [] { return ours("process"); }};
         }}},
    BenchRegistry::Registration{
        {"ring-way-t", "the same, threads", 1.1,
         [] {
           return Comparison{[] { return bare("thread"); }, [] { return ours("thread"); }};
         }}},
};

}  // namespace
}  // namespace bulkhead::bench

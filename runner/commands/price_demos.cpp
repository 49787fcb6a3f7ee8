#include "runner/commands/price_demos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "runner/reports/number.hpp"
#include "runner/reports/summary.hpp"

namespace bulkhead {
namespace {

/// What one mode of one run costs.
struct Price {
  double operation_ns = 0;            ///< Of one worker; 0: no trial of it was completed.
  double switches_per_operation = 0;  ///< It slept, or had to make room.
  Memory memory = {};
};

Price price_of(const ExperimentResult& result, std::size_t mode) {
  const Summary summary = summarize(result);
  const CostSummary& cost = summary.modes.at(mode).cost;
  Price price;
  if (cost.throughput && cost.throughput->median_per_s > 0) {
    const double per_s = cost.throughput->median_per_s;
    price.operation_ns = 1e9 * result.plan.worker_count / per_s;
    price.switches_per_operation =
        (cost.switches_per_s_voluntary.value_or(0) + cost.switches_per_s_involuntary.value_or(0)) /
        per_s;
  }
  price.memory = cost.memory.value_or(Memory());
  return price;
}

std::string duration(double ns) {
  return with_unit(Quantity::duration_ns, ns);
}

std::string bytes(double count) {
  return with_unit(Quantity::bytes, count);
}

/// 0 below `low`, 1 below `high`, 2 from there on.
std::size_t step_of(double value, double low, double high) {
  return value < low ? 0 : (value < high ? 1 : 2);
}

}  // namespace

DemoFinding spawn_finding(const DemoResults& results) {
  assert(results.size() == 3);
  const double thread_ns = price_of(results[0], 0).operation_ns;
  const double fork_ns = price_of(results[1], 0).operation_ns;
  const double large_ns = price_of(results[2], 0).operation_ns;
  if (thread_ns == 0 || fork_ns == 0 || large_ns == 0) return nothing_seen();
  return {
      step_of(large_ns / thread_ns, 2, 10),
      {fmt::format("To make one, let it run and end, and reap it took {} for a thread, {} for a "
                   "forked process, and {} where its maker has {} of touched memory.",
                   duration(thread_ns), duration(fork_ns), duration(large_ns),
                   bytes(static_cast<double>(results[2].plan.parameters.count("ballast")))),
       fmt::format("The memory alone made fork {} times as long: the kernel copies an entry for "
                   "each touched page, though not the page. vfork, posix_spawn and clone with "
                   "shared memory do not pay that.",
                   significant(large_ns / fork_ns, 2))}};
}

DemoFinding context_switch_finding(const DemoResults& results) {
  assert(results.size() == 2);
  const Price thread = price_of(results[0], 0);
  const Price process = price_of(results[0], 1);
  const double spinning_ns = price_of(results[1], 0).operation_ns;
  if (thread.operation_ns == 0 || process.operation_ns == 0) return nothing_seen();
  DemoFinding finding;
  const double ratio = process.operation_ns / thread.operation_ns;
  finding.answer = step_of(ratio, 1.1, 2);
  finding.sentences.push_back(fmt::format(
      "A round trip on one CPU, which is two switches, took {} between threads and {} between "
      "processes: {} times as long. Only the latter changes the address space.",
      duration(thread.operation_ns), duration(process.operation_ns), significant(ratio, 2)));
  // Each player counts the round trip, so that one of its operations is one hand-over.
  const bool each_switched =
      std::min(thread.switches_per_operation, process.switches_per_operation) > 0.8;
  finding.sentences.push_back(fmt::format(
      "The kernel counted {} switches for each hand-over between threads and {} between "
      "processes{}.",
      significant(thread.switches_per_operation, 2), significant(process.switches_per_operation, 2),
      each_switched ? ": whoever got the ball had to be switched to" : ""));
  if (spinning_ns > 0) {
    finding.sentences.push_back(
        fmt::format("Spinning on a CPU each, without the kernel, a round trip took {}{}.",
                    duration(spinning_ns),
                    spinning_ns < thread.operation_ns / 2
                        ? ": most of the price is the switch and not the wall"
                        : ", no less than half of that: the switch is not the dear part here"));
  }
  return finding;
}

DemoFinding memory_finding(const DemoResults& results) {
  assert(results.size() == 2);
  const double workers = results[0].plan.worker_count;
  const Price thread = price_of(results[0], 0);
  const Price process = price_of(results[0], 1);
  if (thread.memory.pss_bytes == 0 || process.memory.pss_bytes == 0) return nothing_seen();
  const double each = (process.memory.pss_bytes - thread.memory.pss_bytes) / workers;
  DemoFinding finding;
  finding.answer = step_of(each, 64 * 1024, 1024 * 1024);
  finding.sentences.push_back(fmt::format(
      "All together took {} as threads and {} as processes (PSS): {} more for each worker that has "
      "a process of its own.",
      bytes(thread.memory.pss_bytes), bytes(process.memory.pss_bytes), bytes(each)));
  finding.sentences.push_back(fmt::format(
      "RSS, summed up, says {} and {}: it counts a page that many share once for each of them.",
      bytes(thread.memory.rss_bytes), bytes(process.memory.rss_bytes)));
  const double touch_thread_ns = price_of(results[1], 0).operation_ns;
  const double touch_process_ns = price_of(results[1], 1).operation_ns;
  if (touch_thread_ns > 0 && touch_process_ns > 0) {
    const bool threads_wait = touch_thread_ns > 1.1 * touch_process_ns;
    finding.sentences.push_back(fmt::format(
        "The first touch of a page took {} as threads and {} as processes: {}.",
        duration(touch_thread_ns), duration(touch_process_ns),
        threads_wait ? "threads share one address space, and wait for each other to change it"
                     : "it is the kernel's work, on either side of the wall"));
  }
  return finding;
}

}  // namespace bulkhead

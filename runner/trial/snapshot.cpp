#include "runner/trial/snapshot.hpp"

#include <algorithm>

namespace bulkhead {
namespace {

std::uint64_t rise(std::uint64_t before, std::uint64_t after) {
  return after > before ? after - before : 0;
}

}  // namespace

Progress take_progress(const Scoreboard& scoreboard) {
  Progress progress;
  progress.finished.reserve(scoreboard.slots().size());
  progress.at_ns = monotonic_ns();
  for (const WorkerSlot& slot : scoreboard.slots()) {
    progress.finished.push_back(slot.finished.load(std::memory_order_relaxed) +
                                slot.before_reset.load(std::memory_order_relaxed));
  }
  return progress;
}

std::uint64_t operations_between(const Progress& before, const Progress& after) {
  std::uint64_t operations = 0;
  for (std::size_t worker = 0; worker < before.finished.size(); ++worker) {
    operations += rise(before.finished[worker], after.finished[worker]);
  }
  return operations;
}

double rate_between(const Progress& before, const Progress& after) {
  return static_cast<double>(operations_between(before, after)) *
         static_cast<double>(ns_per_second) / static_cast<double>(after.at_ns - before.at_ns);
}

WindowRecord window_between(const Snapshot& before, const Snapshot& after,
                            const MachineScale& scale) {
  WindowRecord window;
  window.start_ns = before.progress.at_ns;
  window.end_ns = after.progress.at_ns;
  window.operations = operations_between(before.progress, after.progress);
  window.cpu_ns = after.cpu_ns - before.cpu_ns;
  window.voluntary_switches = rise(before.tasks.voluntary_switches, after.tasks.voluntary_switches);
  window.involuntary_switches =
      rise(before.tasks.involuntary_switches, after.tasks.involuntary_switches);
  window.minor_faults = rise(before.tasks.minor_faults, after.tasks.minor_faults);
  window.major_faults = rise(before.tasks.major_faults, after.tasks.major_faults);
  window.user_cpu_ns =
      std::max<std::int64_t>(0, after.tasks.user_cpu_ns - before.tasks.user_cpu_ns);
  window.kernel_cpu_ns =
      std::max<std::int64_t>(0, after.tasks.kernel_cpu_ns - before.tasks.kernel_cpu_ns);
  if (before.tasks.migrations && after.tasks.migrations) {
    window.migrations = rise(*before.tasks.migrations, *after.tasks.migrations);
  }
  if (before.hardware && after.hardware) {
    window.hardware =
        HardwareCounts{rise(before.hardware->instructions, after.hardware->instructions),
                       rise(before.hardware->cycles, after.hardware->cycles),
                       rise(before.hardware->cache_misses, after.hardware->cache_misses)};
  }
  // A dead task takes its run delay with it: no rusage has it.
  window.run_delay_ns =
      std::max<std::int64_t>(0, after.tasks.run_delay_ns - before.tasks.run_delay_ns);
  for (std::uint32_t bucket = 0; bucket < LatencyHistogram::bucket_count; ++bucket) {
    const std::uint64_t samples = rise(before.latency[bucket], after.latency[bucket]);
    if (samples != 0) window.latency.emplace_back(bucket, samples);
  }
  window.disturbance = disturbance_between(before.machine, after.machine, scale);
  return window;
}

}  // namespace bulkhead

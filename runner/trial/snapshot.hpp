// All counters of a trial at one moment, read by the supervisor; a window is the difference of two.
// The workers do nothing for it.
#pragma once

#include <cstdint>
#include <vector>

#include "ipc/histogram.hpp"
#include "ipc/scoreboard.hpp"
#include "runner/measure/machine_load.hpp"
#include "runner/measure/task_counters.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

/// finished[worker], at one moment, what resets of the state threw away included: cheap enough for
/// the moment a death is noticed.
struct Progress {
  std::int64_t at_ns = 0;
  std::vector<std::uint64_t> finished;
};

[[nodiscard]] Progress take_progress(const Scoreboard& scoreboard);

struct Snapshot {
  Progress progress;
  LatencyHistogram::Counts latency{};
  TaskCounters tasks;
  std::optional<HardwareCounts> hardware;
  std::int64_t cpu_ns = 0;  ///< Of all compartments, dead ones included.
  MachineLoad machine;
};

/// Units finished between two moments, all workers. A worker's count never falls, but its slot is
/// not to be trusted, so a fall counts as nothing.
[[nodiscard]] std::uint64_t operations_between(const Progress& before, const Progress& after);

/// Units per second between two moments, the second of which must be later.
[[nodiscard]] double rate_between(const Progress& before, const Progress& after);

/// The window between two snapshots. Pure.
[[nodiscard]] WindowRecord window_between(const Snapshot& before, const Snapshot& after,
                                          const MachineScale& scale);

}  // namespace bulkhead

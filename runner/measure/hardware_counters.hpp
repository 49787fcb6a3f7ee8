// The processor's own counters of other tasks, through perf_event_open(2): instructions, cycles and
// cache misses in user code. The tasks do nothing for it. Many virtual machines have none, and many
// systems allow them to root only; then there is nothing, and no error. Supervisor only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ipc/unique_fd.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

/// As perf_event_open(2) names an event.
struct CountedEvent {
  std::uint32_t type = 0;
  std::uint64_t config = 0;
};

/// Counts of some events, of some tasks and what they start, from its making on.
class EventCounters {
 public:
  EventCounters() = default;
  /// Counts nothing at all where one of the counters cannot be had.
  EventCounters(std::span<const CountedEvent> events, std::span<const pid_t> tasks);

  /// The sum over the tasks for each event, in their order; empty where nothing is counted. A
  /// counter that had to share the processor's few registers is scaled up to its whole time.
  [[nodiscard]] std::vector<std::uint64_t> read() const;

 private:
  std::size_t event_count_ = 0;
  std::vector<UniqueFd> files_;  // Task by task, event by event.
};

/// Instructions, cycles and cache misses of these tasks. More tasks than there is room for
/// descriptors are not counted.
class HardwareCounters {
 public:
  HardwareCounters() = default;
  explicit HardwareCounters(std::span<const pid_t> tasks);
  [[nodiscard]] std::optional<HardwareCounts> read() const;

 private:
  EventCounters counters_;
};

/// "available", "none", "not allowed", or "n/a" and why.
[[nodiscard]] std::string hardware_counters_text();

}  // namespace bulkhead

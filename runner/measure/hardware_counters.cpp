#include "runner/measure/hardware_counters.hpp"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "ipc/system_error.hpp"

namespace bulkhead {
namespace {

constexpr CountedEvent processor_events[] = {
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
};

// A usual limit on descriptors is 1024.
constexpr std::size_t most_files = 512;

/// User code alone, which is what most systems allow.
UniqueFd open_counter(const CountedEvent& event, pid_t task) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = event.type;
  attributes.config = event.config;
  attributes.inherit = 1;
  attributes.exclude_kernel = event.type == PERF_TYPE_HARDWARE ? 1 : 0;
  attributes.exclude_hv = 1;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return UniqueFd(static_cast<int>(
      syscall(SYS_perf_event_open, &attributes, task, -1, -1, PERF_FLAG_FD_CLOEXEC)));
}

}  // namespace

EventCounters::EventCounters(std::span<const CountedEvent> events, std::span<const pid_t> tasks)
    : event_count_(events.size()) {
  if (events.size() * tasks.size() > most_files) return;
  for (const pid_t task : tasks) {
    for (const CountedEvent& event : events) {
      files_.push_back(open_counter(event, task));
      if (files_.back().open()) continue;
      files_.clear();  // Half of the workers would say nothing of all.
      return;
    }
  }
}

std::vector<std::uint64_t> EventCounters::read() const {
  if (files_.empty()) return {};
  std::vector<std::uint64_t> sums(event_count_);
  for (std::size_t index = 0; index < files_.size(); ++index) {
    struct {
      std::uint64_t count, enabled_ns, running_ns;
    } now{};
    if (::read(files_[index].get(), &now, sizeof now) != sizeof now) return {};
    if (now.running_ns == 0) continue;
    const double scale = static_cast<double>(now.enabled_ns) / static_cast<double>(now.running_ns);
    sums[index % event_count_] +=
        static_cast<std::uint64_t>(static_cast<double>(now.count) * scale);
  }
  return sums;
}

HardwareCounters::HardwareCounters(std::span<const pid_t> tasks)
    : counters_(processor_events, tasks) {}

std::optional<HardwareCounts> HardwareCounters::read() const {
  const std::vector<std::uint64_t> sums = counters_.read();
  if (sums.empty()) return std::nullopt;
  return HardwareCounts{sums[0], sums[1], sums[2]};
}

std::string hardware_counters_text() {
  const UniqueFd probe = open_counter(processor_events[0], 0);
  if (probe.open()) return "available";
  switch (errno) {
    case EACCES:
    case EPERM:
      return "not allowed";  // See kernel.perf_event_paranoid.
    case ENOENT:
    case EOPNOTSUPP:
    case ENODEV:
      return "none";
    default:
      return "n/a (" + error_text(errno) + ")";
  }
}

}  // namespace bulkhead

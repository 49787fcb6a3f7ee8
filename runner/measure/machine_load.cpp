#include "runner/measure/machine_load.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "ipc/clock.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {
namespace {

constexpr double share_limit = 0.05;
constexpr double frequency_limit = 0.10;

std::vector<double> read_frequencies() {
  std::vector<double> frequencies;
  for (int cpu = 0;; ++cpu) {
    const std::string khz = read_file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                                      "/cpufreq/scaling_cur_freq");
    if (khz.empty()) return frequencies;
    frequencies.push_back(std::strtod(khz.c_str(), nullptr) / 1000.0);
  }
}

double largest_drift(const std::vector<double>& before, const std::vector<double>& after) {
  double drift = 0;
  for (std::size_t cpu = 0; cpu < std::min(before.size(), after.size()); ++cpu) {
    if (before[cpu] > 0) drift = std::max(drift, std::abs(after[cpu] / before[cpu] - 1));
  }
  return drift;
}

}  // namespace

MachineScale machine_scale() {
  MachineScale scale;
  const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  const long ticks_per_second = sysconf(_SC_CLK_TCK);
  if (cpus > 0) scale.cpus = static_cast<std::uint32_t>(cpus);
  if (ticks_per_second > 0) scale.tick_ns = ns_per_second / ticks_per_second;
  return scale;
}

void parse_cpu_line(const std::string& stat, MachineLoad& load) {
  // cpu user nice system idle iowait irq softirq steal guest guest_nice; guests are in user
  // already.
  std::istringstream line(stat);
  std::string label;
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0,
                steal = 0;
  line >> label >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
  load.busy_ticks = user + nice + system + irq + softirq;
  load.steal_ticks = steal;
}

MachineLoad read_machine_load(std::int64_t ours_ns) {
  MachineLoad load;
  load.at_ns = monotonic_ns();
  load.ours_ns = ours_ns;
  parse_cpu_line(read_file("/proc/stat"), load);
  load.frequency_mhz = read_frequencies();
  return load;
}

Disturbance disturbance_between(const MachineLoad& before, const MachineLoad& after,
                                const MachineScale& scale) {
  Disturbance disturbance;
  const std::int64_t length_ns = after.at_ns - before.at_ns;
  if (length_ns <= 0) return disturbance;
  const double machine_ns = static_cast<double>(length_ns) * scale.cpus;
  const auto share = [&](double ns) { return std::clamp(ns / machine_ns, 0.0, 1.0); };
  const auto ticks_ns = [&](std::uint64_t ticks_before, std::uint64_t ticks_after) {
    return static_cast<double>(ticks_after - ticks_before) * static_cast<double>(scale.tick_ns);
  };
  disturbance.others_share = share(ticks_ns(before.busy_ticks, after.busy_ticks) -
                                   static_cast<double>(after.ours_ns - before.ours_ns));
  disturbance.steal_share = share(ticks_ns(before.steal_ticks, after.steal_ticks));
  disturbance.frequency_drift = largest_drift(before.frequency_mhz, after.frequency_mhz);
  // Each CPU's count may be wrong by one tick at either end of the window together.
  const double coarseness = static_cast<double>(scale.tick_ns) / static_cast<double>(length_ns);
  const double limit = share_limit + coarseness;
  disturbance.over_limit = disturbance.others_share > limit || disturbance.steal_share > limit ||
                           disturbance.frequency_drift > frequency_limit;
  return disturbance;
}

}  // namespace bulkhead

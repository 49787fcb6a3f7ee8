// The disturbance guard: how much of the machine went to others while we measured. From /proc/stat,
// which counts CPU time in ticks of 10 ms, against our own CPU time, which is known to the
// nanosecond.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runner/trial/record.hpp"

namespace bulkhead {

/// The machine at one moment. Busy and stolen time of all CPUs together, in ticks.
struct MachineLoad {
  std::int64_t at_ns = 0;
  std::uint64_t busy_ticks = 0;
  std::uint64_t steal_ticks = 0;
  std::int64_t ours_ns = 0;           ///< CPU time of our own processes so far.
  std::vector<double> frequency_mhz;  ///< Per CPU; empty where it cannot be read.
};

/// Machine-wide facts that turn ticks into shares.
struct MachineScale {
  std::uint32_t cpus = 1;
  std::int64_t tick_ns = 10'000'000;
};

[[nodiscard]] MachineScale machine_scale();

/// Reads the machine's part; `ours_ns` is the caller's.
[[nodiscard]] MachineLoad read_machine_load(std::int64_t ours_ns);

/// Busy and stolen ticks from the first line of /proc/stat. Pure.
void parse_cpu_line(const std::string& stat, MachineLoad& load);

/// What happened between two moments, and whether it is over the limit: others or the hypervisor
/// took more than 5 % of all CPU time beyond what the ticks' coarseness explains, or a CPU's
/// frequency moved by more than 10 %. Pure.
[[nodiscard]] Disturbance disturbance_between(const MachineLoad& before, const MachineLoad& after,
                                              const MachineScale& scale);

}  // namespace bulkhead

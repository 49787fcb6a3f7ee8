// From the checked options of `run` to what will run. Finds what is wrong with options that are
// good by themselves: contradictions, a mode that makes another number of workers, a fault where it
// means nothing. Starts nothing and asks the system for nothing.
#pragma once

#include <cstdint>

#include "runner/groups/host_room.hpp"
#include "runner/options/checked_options.hpp"
#include "runner/options/mistake.hpp"
#include "runner/options/output_choice.hpp"
#include "runner/plan/plan.hpp"

namespace bulkhead {

/// Defaults that only the machine can know.
struct MachineDefaults {
  std::uint32_t usable_cpus = 1;
  std::uint64_t seed = 0;
  HostRoom room = {};
};

/// What this machine says: the CPUs that this process may use, a seed from the clock, of so few
/// digits that it can be typed in again, and how much room there is.
[[nodiscard]] MachineDefaults machine_defaults();

/// Without a workload, for a name that is none, everything that can be judged without it is. The
/// plan is whole if no mistake was added.
[[nodiscard]] Plan build_plan(const WorkloadEntry* workload, const CheckedOptions& options,
                              const MachineDefaults& machine, Mistakes& mistakes);

/// Looks whether the output file can be written, and leaves it alone.
[[nodiscard]] OutputChoice build_output_choice(const CheckedOptions& options, Mistakes& mistakes);

/// The part of it about colour, width and progress, as far as the command has such options.
void set_look(const CheckedOptions& options, OutputChoice& choice);

}  // namespace bulkhead

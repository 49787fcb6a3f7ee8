// What a command line of `run` asks for, as a whole: a plan and what to do with its result, or all
// mistakes of the line at once.
#pragma once

#include <string>
#include <vector>

#include "runner/options/command_line.hpp"
#include "runner/options/mistake.hpp"
#include "runner/options/output_choice.hpp"
#include "runner/options/plan_builder.hpp"
#include "runner/plan/plan.hpp"

namespace bulkhead {

struct RunRequest {
  enum class Wish { run, help } wish = Wish::run;
  const WorkloadEntry* workload = nullptr;  ///< Null: unknown, or help about all of them.
  Plan plan;
  OutputChoice output;
  /// "workers=2 lock=robust": what tells it from the others of its line; empty for the only one.
  std::string label;
  Mistakes mistakes;  ///< Empty, or nothing else counts.
};

/// Options of a run that somebody gave anywhere, for this workload; null where none is known, and
/// then what can be judged without it is.
[[nodiscard]] RunRequest check_run_options(const WorkloadEntry* workload,
                                           const std::vector<RawOption>& options,
                                           const MachineDefaults& machine);

/// The same from a command line that is cut already. `otherwise` is run where no workload is named;
/// null: one has to be.
[[nodiscard]] RunRequest read_run_request(const CommandLine& line, const WorkloadEntry* otherwise,
                                          const MachineDefaults& machine);

/// `arguments` come after `bulkhead run`.
[[nodiscard]] RunRequest read_run_request(const std::vector<std::string>& arguments,
                                          const MachineDefaults& machine);

}  // namespace bulkhead

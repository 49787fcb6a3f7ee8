// From the sections of one config file to experiments.
#pragma once

#include <string>
#include <vector>

#include "runner/batch/batch_plan.hpp"
#include "runner/options/config_file.hpp"
#include "runner/options/plan_builder.hpp"

namespace bulkhead {

/// What holds for all files of a batch.
struct BatchSettings {
  std::vector<RawOption> overrides;  ///< Of the command line.
  MachineDefaults machine;
  std::uint64_t trial_limit = 0;
};

/// Adds the file as a group, and its experiments, to the plan, or what is wrong to `mistakes`.
void add_experiments(const ConfigFile& file, const BatchSettings& settings, BatchPlan& plan,
                     Mistakes& mistakes);

/// "33,000 trials, about 2 h 5 min".
[[nodiscard]] std::string trials_and_time(std::uint64_t trials, double ns);

}  // namespace bulkhead

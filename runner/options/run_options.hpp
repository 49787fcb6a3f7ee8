// The options of `run`: the one table behind its help, its checks and its defaults. What they mean
// together is said in plan_builder.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "runner/options/option_schema.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {

inline constexpr std::int64_t largest_worker_count = 4096;

/// The options that every workload has, in the order of the help.
[[nodiscard]] const std::vector<OptionSpec>& run_options();

/// Those of one workload: its parameters, then run_options().
[[nodiscard]] std::vector<OptionSpec> options_of(const WorkloadEntry& workload);

/// run_options() and the parameters of all workloads: everything that takes a value as long as it
/// is not known which workload is meant. A name can occur more than once.
[[nodiscard]] std::vector<OptionSpec> options_of_any_workload();

/// Those of run_options() that stand in `names`, in another command's group.
[[nodiscard]] std::vector<OptionSpec> borrowed_options(std::string_view group,
                                                       const std::vector<std::string_view>& names);

/// The names of all workloads, and what to say about one that is none of them.
[[nodiscard]] std::vector<std::string_view> workload_names();
[[nodiscard]] std::string unknown_workload_text(std::string_view name);

}  // namespace bulkhead

// A command line of `run` with several values of an option: a run for each combination of them.
#pragma once

#include <string>
#include <vector>

#include "runner/options/run_request.hpp"

namespace bulkhead {

/// More runs than that belong in a batch, which keeps each trial and can be gone on with.
inline constexpr std::uint64_t most_runs_of_a_line = 64;

/// What can have several values: the numbers and names that say what runs, and the workload's own;
/// not the modes, which are compared within a run. Null: of any workload.
[[nodiscard]] std::vector<OptionSpec> options_that_vary(const WorkloadEntry* workload);

/// One request for each combination of `--workers 1,2,4 --steps 10,100`, the last option changing
/// fastest; one where no option has several values. What is wrong with the line is said once, in
/// the first request that it is wrong for. `arguments` come after `bulkhead run`.
[[nodiscard]] std::vector<RunRequest> read_run_requests(const std::vector<std::string>& arguments,
                                                        const MachineDefaults& machine);

}  // namespace bulkhead

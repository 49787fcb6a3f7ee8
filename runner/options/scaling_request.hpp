// A command line of `run` that names several numbers of workers: a run for each of them.
#pragma once

#include <string>
#include <vector>

#include "runner/options/run_request.hpp"

namespace bulkhead {

/// One request for each number of `--workers 1,2,4`, in the order given; one where it is a single
/// number or not given. What is wrong with the line is said in the first request alone, and in the
/// others only what is wrong with their number. `arguments` come after `bulkhead run`.
[[nodiscard]] std::vector<RunRequest> read_run_requests(const std::vector<std::string>& arguments,
                                                        const MachineDefaults& machine);

}  // namespace bulkhead

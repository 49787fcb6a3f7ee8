// What a command line of `shapes` asks for: a run over all shapes of so many workers, with a fault.
#pragma once

#include <string>
#include <vector>

#include "runner/options/run_request.hpp"

namespace bulkhead {

/// `arguments` come after `bulkhead shapes`.
[[nodiscard]] RunRequest read_shapes_request(const std::vector<std::string>& arguments,
                                             const MachineDefaults& machine);

/// All that the command line may hold, with the defaults of this command, for its help.
[[nodiscard]] std::vector<OptionSpec> shapes_options();

/// Every way to share so many workers out: "thread,2x4,4x2,process". Requires at least 1.
[[nodiscard]] std::string shape_grid(std::uint32_t worker_count);

}  // namespace bulkhead

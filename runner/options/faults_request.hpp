// What a command line of `faults` asks for: the options of a run with defaults of its own, and
// which faults of the catalogue.
#pragma once

#include <string>
#include <vector>

#include "runner/faults/fault.hpp"
#include "runner/options/run_request.hpp"

namespace bulkhead {

struct FaultsRequest {
  RunRequest run;  ///< Its plan has no faults; its mistakes are those of the whole line.
  std::vector<const FaultEntry*> faults;  ///< In the order of the catalogue.
  Trigger trigger;
  bool exhaust_steps = false;  ///< Crash at every step instead, see step_matrix.hpp.
};

/// `arguments` come after `bulkhead faults`.
[[nodiscard]] FaultsRequest read_faults_request(const std::vector<std::string>& arguments,
                                                const MachineDefaults& machine);

/// All that the command line may hold, with the defaults of this command, for its help.
[[nodiscard]] std::vector<OptionSpec> faults_options();

}  // namespace bulkhead

// `bulkhead faults`: the catalogue against one workload, in every mode.
#pragma once

#include "runner/commands/command.hpp"

namespace bulkhead {

/// Throws std::system_error when the machine refuses something that it needs.
[[nodiscard]] ExitStatus faults_command(const Arguments& arguments);

[[nodiscard]] std::string faults_help(unsigned width);

}  // namespace bulkhead

// `bulkhead doctor`: what this machine and this user allow, and what will be missing.
#pragma once

#include "runner/commands/command.hpp"

namespace bulkhead {

/// Tries everything for real, in children where it may hurt. ExitStatus::host_refused when
/// something is missing without which nothing runs. Throws std::system_error when it cannot even
/// fork.
[[nodiscard]] ExitStatus doctor_command(const Arguments& arguments);

[[nodiscard]] std::string doctor_help(unsigned width);

}  // namespace bulkhead

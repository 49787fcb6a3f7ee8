// `bulkhead run`: from its command line to a result that is written and an exit code.
#pragma once

#include "runner/commands/command.hpp"

namespace bulkhead {

/// Throws std::system_error when the machine refuses something that it needs.
[[nodiscard]] ExitStatus run_command(const Arguments& arguments);

}  // namespace bulkhead

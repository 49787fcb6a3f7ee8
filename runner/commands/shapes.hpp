// `bulkhead shapes`: every way to share workers out among processes, and which of them are worth a
// thought.
#pragma once

#include "runner/commands/command.hpp"

namespace bulkhead {

/// Throws std::system_error when the machine refuses something that it needs.
[[nodiscard]] ExitStatus shapes_command(const Arguments& arguments);

[[nodiscard]] std::string shapes_help(unsigned width);

}  // namespace bulkhead

// `bulkhead demo`: small experiments that each show one thing about walls, with a word before and
// the command to repeat them.
#pragma once

#include "runner/commands/command.hpp"

namespace bulkhead {

/// Throws std::system_error when the machine refuses something that it needs.
[[nodiscard]] ExitStatus demo_command(const Arguments& arguments);

[[nodiscard]] std::string demo_help(unsigned width);

/// The command lines of all demos behind `bulkhead`, for tests and the manual.
[[nodiscard]] std::vector<Arguments> demo_command_lines();

/// What stands behind `bulkhead run` for what is shown live.
[[nodiscard]] std::vector<Arguments> demo_show_lines();

}  // namespace bulkhead

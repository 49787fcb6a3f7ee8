// The commands of the program: one table, from which it dispatches, helps and corrects.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/exit_status.hpp"

namespace bulkhead {

/// The words behind a command.
using Arguments = std::vector<std::string>;

struct Command {
  std::string_view name;
  std::string_view usage;  ///< What stands behind the name.
  std::string_view help;   ///< One line, no full stop.
  ExitStatus (*run)(const Arguments& arguments);
  std::string (*help_text)(unsigned width);  ///< All of its help.
};

[[nodiscard]] std::span<const Command> commands();

/// Whole program behind its own name. Diagnostics go to standard error, results to standard output.
/// Catches every exception.
[[nodiscard]] ExitStatus run_program(const Arguments& arguments) noexcept;

}  // namespace bulkhead

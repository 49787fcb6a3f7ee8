// `bulkhead compare`: stored results against older ones, and rules that fail.
#pragma once

#include "runner/commands/command.hpp"

namespace bulkhead {

[[nodiscard]] ExitStatus compare_command(const Arguments& arguments);
[[nodiscard]] std::string compare_help(unsigned width);

}  // namespace bulkhead

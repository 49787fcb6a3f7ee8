// `bulkhead report`: stored results of a batch, in any format.
#pragma once

#include "runner/commands/command.hpp"

namespace bulkhead {

[[nodiscard]] ExitStatus report_command(const Arguments& arguments);
[[nodiscard]] std::string report_help(unsigned width);

}  // namespace bulkhead

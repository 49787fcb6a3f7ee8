// `bulkhead batch`: the experiments of config files, with results that are never lost.
#pragma once

#include "runner/commands/command.hpp"

namespace bulkhead {

[[nodiscard]] ExitStatus batch_command(const Arguments& arguments);
[[nodiscard]] std::string batch_help(unsigned width);

}  // namespace bulkhead

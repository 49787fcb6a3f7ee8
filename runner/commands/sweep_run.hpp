// Several runs that are alike but for the values of some options, one after the other.
#pragma once

#include <vector>

#include "runner/commands/command.hpp"
#include "runner/options/run_request.hpp"

namespace bulkhead {

/// Runs requests without mistakes, at least one, and writes what they have to say together where
/// the first one says. Throws std::system_error.
[[nodiscard]] ExitStatus carry_out_sweep(const std::vector<RunRequest>& requests);

}  // namespace bulkhead

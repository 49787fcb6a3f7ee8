// `bulkhead run`: from its command line to a result that is written and an exit code.
#pragma once

#include <string>

#include "runner/commands/command.hpp"
#include "runner/experiment.hpp"
#include "runner/options/run_request.hpp"

namespace bulkhead {

/// Says on standard error what the workload has to say before it runs, if anything.
void announce(const Plan& plan);

/// Runs a plan, with a line of progress on standard error where that is a terminal; `place` stands
/// in front of it.
[[nodiscard]] ExperimentResult run_with_progress(const Plan& plan, ProgressChoice choice,
                                                 const std::string& place = "");

/// Runs a request without mistakes and writes its result where it says. Throws std::system_error.
[[nodiscard]] ExitStatus carry_out(const RunRequest& request);

/// Throws std::system_error when the machine refuses something that it needs.
[[nodiscard]] ExitStatus run_command(const Arguments& arguments);

}  // namespace bulkhead

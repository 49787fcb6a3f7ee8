// Whether a run came out as its user may expect: what the exit code says. Pure.
#pragma once

#include <string>

#include "runner/exit_status.hpp"
#include "runner/experiment.hpp"

namespace bulkhead {

struct RunOutcome {
  ExitStatus status = ExitStatus::done;
  std::string reason;  ///< One line; empty when it is done.
};

/// Not met is: a trial that failed; a state that is not sound at the end of a trial without a
/// fault, unless a lock without exclusion was chosen for it; a precision that was asked for and not
/// reached. A worker that died of a fault is a result like any other.
[[nodiscard]] RunOutcome outcome_of(const ExperimentResult& result);

/// What an exit code means, in one line.
[[nodiscard]] std::string_view meaning_of(ExitStatus status) noexcept;

}  // namespace bulkhead

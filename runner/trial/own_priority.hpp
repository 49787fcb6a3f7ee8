// The supervisor's own priority: on CPUs that workers keep busy, one of ordinary priority hears of
// a death milliseconds late.
#pragma once

#include <string>

#include "runner/plan/plan.hpp"

namespace bulkhead {

/// Gives the calling thread what the plan wishes and this user may have, and says what that is:
/// "SCHED_FIFO 50", "time slice of 100 us" or "as its workers". Whom it forks begins as an ordinary
/// process (SCHED_RESET_ON_FORK); so a priority that the user chose for all of bulkhead is left
/// alone, which the workers would lose otherwise.
[[nodiscard]] std::string take_priority(RunnerPriority wish);

/// Why this user cannot have it; empty where he can. The caller keeps its own.
[[nodiscard]] std::string priority_obstacle(RunnerPriority wish);

}  // namespace bulkhead

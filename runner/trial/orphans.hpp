// What is left of a trial whose supervisor was struck itself: nothing, if its promise holds. The
// runner, to whom orphans come, watches them go.
#pragma once

#include <cstdint>

#include "runner/plan/plan.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

/// Whether a fault of the plan strikes the supervisor.
[[nodiscard]] bool strikes_runner(const Plan& plan) noexcept;

/// Waits until all children of this process have ended by themselves, at most a second, and ends
/// the rest. Only for a moment at which every child is an orphan of the trial.
[[nodiscard]] OrphansRecord await_orphans(std::int64_t supervisor_ended_ns);

/// The record of such a trial: all workers are lost, and the shared state with them.
[[nodiscard]] TrialRecord lost_with_supervisor(const Plan& plan, const TrialId& id,
                                               std::int64_t begun_ns,
                                               std::int64_t supervisor_ended_ns,
                                               const OrphansRecord& orphans);

}  // namespace bulkhead

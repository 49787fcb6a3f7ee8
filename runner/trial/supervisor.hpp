// The trial supervisor: a process that lives for one trial. Maps the memory, runs the workload's
// prepare, forks the compartments, opens the gate, watches, takes the windows, ends everything, has
// the state judged, and answers with one record. Whatever crashes here costs this trial and no
// more.
//
// phase     | ends with
// starting  | all workers ready, a failure, the start deadline, an interruption
// warming   | a steady rate or the bound
// measuring | the window's end, all work done, nobody left, an interruption
// stopping  | all compartments reaped; after the drain timeout by SIGKILL
// judging   | the verdict or its deadline
#pragma once

#include "runner/plan/plan.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

class LiveBoard;

/// How long the runner must give a supervisor before it takes it for hung: the sum of all the
/// deadlines below it, in nanoseconds. Pure.
[[nodiscard]] std::int64_t supervisor_deadline_ns(const Plan& plan) noexcept;

/// Runs one trial in this process, which must have been forked for it: its signals, standard
/// streams and session are changed for good. SIGTERM ends the trial early. `onlookers` is told how
/// it goes, unless it is null. Never throws: what goes wrong is in the record.
[[nodiscard]] TrialRecord supervise(const Plan& plan, const TrialId& id, LiveBoard* onlookers);

}  // namespace bulkhead

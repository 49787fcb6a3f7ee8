#include "runner/commands/outcome.hpp"

#include <fmt/format.h>

#include <cassert>

#include "ipc/lock_list.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

/// A workload without a critical section has no excuse for an unsound state.
bool promises_sound_state(const Plan& plan) {
  if (plan.workload->takes_lock == TakesLock::no) return true;
  const LockDescription* lock = find_lock(plan.lock);
  assert(lock != nullptr);
  return lock->meant.mutual_exclusion;
}

bool is_unsound(const TrialRecord& trial) {
  return trial.status == TrialStatus::completed && !trial.id.with_faults &&
         trial.verify.health != VerifyRecord::Health::sound;
}

std::string in_mode(const Plan& plan, const TrialRecord& trial) {
  return fmt::format("round {}, mode {}", trial.id.round + 1, plan.modes[trial.id.mode].name);
}

/// What the trial had done into which the interruption came: no number of the table, but known.
std::string cut_off_text(const ExperimentResult& result) {
  if (result.trials.empty()) return "";
  const TrialRecord& last = result.trials.back();
  if (last.status != TrialStatus::interrupted || last.verify.finding.empty()) return "";
  return fmt::format("; the trial that was cut off: {}", last.verify.finding);
}

}  // namespace

RunOutcome outcome_of(const ExperimentResult& result) {
  if (result.interrupted) {
    return {ExitStatus::interrupted,
            fmt::format("interrupted after {} of at most {} rounds{}", result.rounds,
                        result.plan.rounds.at_most, cut_off_text(result))};
  }
  for (const TrialRecord& trial : result.trials) {
    if (trial.status == TrialStatus::failed) {
      return {ExitStatus::expectation_not_met,
              fmt::format("a trial failed ({}): {}", in_mode(result.plan, trial), trial.reason)};
    }
    if (is_unsound(trial) && promises_sound_state(result.plan)) {
      return {ExitStatus::expectation_not_met,
              fmt::format("the state was not sound without any fault ({}): {}",
                          in_mode(result.plan, trial), trial.verify.finding)};
    }
  }
  if (result.plan.rounds.precision && !precision_reached(result)) {
    return {ExitStatus::expectation_not_met,
            "the precision was not reached in " + plural(result.rounds, "round")};
  }
  return {};
}

std::string_view meaning_of(ExitStatus status) noexcept {
  switch (status) {
    case ExitStatus::done:
      return "done";
    case ExitStatus::expectation_not_met:
      return "it ran, but a trial failed, a state was not sound without a fault, the precision was "
             "not reached, or a rule of compare failed";
    case ExitStatus::usage:
      return "the command line is wrong; nothing was started";
    case ExitStatus::host_refused:
      return "this machine cannot run it, or the result could not be written";
    case ExitStatus::interrupted:
      return "interrupted; what was known until then has been written";
  }
  return "";
}

}  // namespace bulkhead

// A crash at every step of the critical section, and of the repair that follows, one after the
// other until a step number is never reached, in each mode. After the method of tdb's tests: die at
// the n-th write, for n = 1, 2, ..., and see whether the others recover. What
// `bulkhead faults --exhaust-steps` runs.
#pragma once

#include <string>
#include <vector>

#include "runner/fault_matrix.hpp"

namespace bulkhead {

/// One step, at which the fault struck in at least one mode.
struct StepRow {
  const FaultEntry* fault = nullptr;
  TriggerKind kind = TriggerKind::in_section;  ///< Or repair_step.
  std::uint32_t step = 0;                      ///< From 1.
  std::string label;                           ///< "kill-9:step=1": TrialId::fault of its trials.
};

struct StepResult {
  /// Its plan has no faults; its trials are those of the control rounds and those of the steps.
  ExperimentResult experiment;
  std::vector<StepRow> rows;
};

/// No critical section has so many steps.
inline constexpr std::uint32_t most_steps_tried = 1000;

/// `plan` has no faults, a workload with a critical section, and modes. The same promises as
/// run_experiment.
[[nodiscard]] StepResult run_step_matrix(
    const Plan& plan, const std::vector<const FaultEntry*>& faults,
    const std::function<void(const MatrixProgress&)>& progress);

/// The trial of this step in this mode; null where none was run.
[[nodiscard]] const TrialRecord* step_trial(const StepResult& result, const StepRow& row,
                                            std::uint32_t mode) noexcept;

/// Whether the crash happened at the step that it was meant for. Pure.
[[nodiscard]] bool reached(const TrialRecord& trial, TriggerKind kind) noexcept;

}  // namespace bulkhead

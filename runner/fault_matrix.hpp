// The whole catalogue against one workload: a few rounds without faults, as the control, then one
// trial of each fault in each mode, and a second one where the first did not end as the catalogue
// says. What `bulkhead faults` runs.
#pragma once

#include <string>
#include <vector>

#include "runner/experiment.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead {

/// One fault that was asked for, and why it was left out, if it was.
struct MatrixRow {
  const FaultEntry* fault = nullptr;
  std::string skipped;  ///< Empty: it ran in every mode, unless the user stopped it before.
};

struct MatrixResult {
  /// Its plan has no faults; its trials are those of the control rounds and, each with the name of
  /// its fault in TrialId::fault, those of the matrix.
  ExperimentResult experiment;
  std::vector<MatrixRow> rows;
  std::int64_t window_ns = 0;  ///< Of the trials with faults.
  /// Units per second of one worker in the control rounds, for each mode; 0: not known.
  std::vector<double> fault_free_rates;
};

/// Where a matrix is. Called between trials only.
struct MatrixProgress {
  std::string_view fault;  ///< Of the trial that starts now; empty in the control rounds.
  std::string_view mode;
  std::size_t trials_done;
  std::size_t trials_in_all;
  std::int64_t elapsed_ns;
};

/// `plan` has no faults; its rounds are those of the control, whose windows are shorter than those
/// of the trials with faults; `trigger` is for every fault. Faults that cannot be had here are
/// skipped. The same promises as run_experiment.
[[nodiscard]] MatrixResult run_fault_matrix(
    const Plan& plan, const std::vector<const FaultEntry*>& faults, const Trigger& trigger,
    const std::function<void(const MatrixProgress&)>& progress);

/// The trial of this fault in this mode; the second where there are two, whose rounds are 0 and 1;
/// null when it was not run.
[[nodiscard]] const TrialRecord* matrix_trial(const MatrixResult& result, const FaultEntry& fault,
                                              std::uint32_t mode) noexcept;

}  // namespace bulkhead

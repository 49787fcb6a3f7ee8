// What became of one trial into which a fault struck: the rules of docs/isolation.md. Pure.
#pragma once

#include <optional>
#include <vector>

#include "runner/faults/fault.hpp"
#include "runner/plan/mode.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

/// Survivors that do less than this share of their work count as slowed down. So low, since a share
/// of one short window is uncertain by a tenth and more on a shared machine. They must do so
/// against the trials without faults and, where it is known, against their own time before the
/// fault, so that a machine that others slowed down meanwhile is not taken for a consequence.
inline constexpr double slowed_down_below = 0.7;

/// Throughput of the trial's survivors as a share of what as many workers do without a fault;
/// nothing where there were no survivors or the rate without faults is not known (0).
[[nodiscard]] std::optional<double> survivors_share(const TrialRecord& trial,
                                                    double fault_free_per_worker_per_s);

/// It stood waiting for a lock when the trial was over, or gave up.
[[nodiscard]] inline bool is_stuck(const WorkerRecord& worker) {
  return worker.waiting_at_end || !worker.failure.empty();
}

/// It was refused what it gets without the fault, and no fault struck it: who is struck is no
/// sibling of his own.
[[nodiscard]] bool is_refused_sibling(const WorkerRecord& worker);

/// Whether the process of a worker that no fault struck is another than before.
[[nodiscard]] bool has_changed_sibling(const TrialRecord& trial);

[[nodiscard]] Outcome outcome_of(const TrialRecord& trial, double fault_free_per_worker_per_s);

/// What the catalogue expects in a mode, the first of several before the others: what it says of
/// threads where all workers share one compartment, what it says of processes where each has its
/// own. In a mix, what is lost is lost within the compartment, and whatever reaches a sibling in it
/// may find none there.
[[nodiscard]] std::vector<Outcome> expected_outcomes(const FaultEntry& fault, const Mode& mode);

[[nodiscard]] bool is_expected(const FaultEntry& fault, const Mode& mode, Outcome seen);

}  // namespace bulkhead

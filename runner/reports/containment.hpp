// What became of one trial into which a fault struck: the rules of docs/isolation.md. Pure.
#pragma once

#include <optional>

#include "runner/faults/fault.hpp"
#include "runner/plan/mode.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

/// Survivors that do less than this share of their work count as slowed down. So low, since a share
/// of one short window is uncertain by a tenth and more on a shared machine.
inline constexpr double slowed_down_below = 0.7;

/// Throughput of the trial's survivors as a share of what as many workers do without a fault;
/// nothing where there were no survivors or the rate without faults is not known (0).
[[nodiscard]] std::optional<double> survivors_share(const TrialRecord& trial,
                                                    double fault_free_per_worker_per_s);

[[nodiscard]] Outcome outcome_of(const TrialRecord& trial, double fault_free_per_worker_per_s);

/// What the catalogue expects in a mode: what it says of threads where all workers share one
/// compartment, what it says of processes where each has its own, and between them whatever is
/// lost is lost within the compartment.
[[nodiscard]] Outcome expected_outcome(const FaultEntry& fault, const Mode& mode);

}  // namespace bulkhead

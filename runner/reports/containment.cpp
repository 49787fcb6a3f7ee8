#include "runner/reports/containment.hpp"

#include <algorithm>

namespace bulkhead {
namespace {

bool was_ended(const WorkerRecord& worker) {
  return worker.deaths > 0 || worker.stopped > 0;
}

bool is_stuck(const WorkerRecord& worker) {
  return worker.waiting_at_end || !worker.failure.empty();
}

bool is_damaged(const TrialRecord& trial) {
  return trial.verify.health != VerifyRecord::Health::sound ||
         std::any_of(trial.workers.begin(), trial.workers.end(),
                     [](const WorkerRecord& worker) { return worker.canary_broken; });
}

}  // namespace

std::optional<double> survivors_share(const TrialRecord& trial,
                                      double fault_free_per_worker_per_s) {
  if (!trial.survivors || trial.survivors->count == 0) return std::nullopt;
  if (fault_free_per_worker_per_s <= 0) return std::nullopt;
  return trial.survivors->rate / (fault_free_per_worker_per_s * trial.survivors->count);
}

Outcome outcome_of(const TrialRecord& trial, double fault_free_per_worker_per_s) {
  const auto count = [&trial](auto is_such) {
    return static_cast<std::size_t>(
        std::count_if(trial.workers.begin(), trial.workers.end(), is_such));
  };
  const std::size_t ended = count(was_ended);
  const bool stands_still = trial.killed_at_end > 0 || count(is_stuck) > 0;
  if (ended == trial.workers.size()) return Outcome::lost_all;
  if (stands_still) return Outcome::hang;
  if (is_damaged(trial)) return ended == 0 ? Outcome::silent : Outcome::degraded;
  const auto share = survivors_share(trial, fault_free_per_worker_per_s);
  if (ended > 1 || (share && *share < slowed_down_below)) return Outcome::degraded;
  return ended == 1 ? Outcome::contained : Outcome::harmless;
}

Outcome expected_outcome(const FaultEntry& fault, const Mode& mode) {
  if (mode.workers_each == 1) return fault.expected.processes;
  if (mode.compartments == 1) return fault.expected.threads;
  if (fault.expected.threads == fault.expected.processes) return fault.expected.threads;
  // The compartment is lost and the others go on.
  return fault.expected.threads == Outcome::lost_all ? Outcome::degraded : fault.expected.threads;
}

}  // namespace bulkhead

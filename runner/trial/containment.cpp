#include "runner/trial/containment.hpp"

#include <algorithm>

namespace bulkhead {
namespace {

bool was_ended(const WorkerRecord& worker) {
  return worker.deaths > 0 || worker.stopped > 0;
}

bool are_slowed_down(const TrialRecord& trial, double fault_free_per_worker_per_s) {
  const auto share = survivors_share(trial, fault_free_per_worker_per_s);
  if (!share || *share >= slowed_down_below) return false;
  const SurvivorsRecord& survivors = *trial.survivors;
  return survivors.rate_before <= 0 || survivors.rate < slowed_down_below * survivors.rate_before;
}

bool showed_corruption(const HazardRecord& hazard) {
  return hazard.corrupts && hazard.seen > 0;
}

bool is_damaged(const TrialRecord& trial) {
  return trial.verify.health != VerifyRecord::Health::sound ||
         std::any_of(trial.hazards.begin(), trial.hazards.end(), showed_corruption) ||
         std::any_of(trial.workers.begin(), trial.workers.end(),
                     [](const WorkerRecord& worker) { return worker.canary_broken; });
}

}  // namespace

bool is_refused_sibling(const WorkerRecord& worker) {
  return worker.strikes == 0 && !worker.refused.empty();
}

bool has_changed_sibling(const TrialRecord& trial) {
  for (std::size_t worker = 0; worker < trial.process_changes.size(); ++worker) {
    if (trial.workers[worker].strikes == 0 && !trial.process_changes[worker].empty()) return true;
  }
  return false;
}

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
  if (ended > 1 || count(is_refused_sibling) > 0) return Outcome::degraded;
  if (ended == 0 && has_changed_sibling(trial)) return Outcome::silent;
  if (are_slowed_down(trial, fault_free_per_worker_per_s)) return Outcome::degraded;
  // A crash on the way out, when all work was done, took nothing with it.
  return ended == 1 || !trial.deaths.empty() ? Outcome::contained : Outcome::harmless;
}

std::vector<Outcome> expected_outcomes(const FaultEntry& fault, const Mode& mode) {
  const auto [threads, processes] = fault.expected;
  std::vector<Outcome> expected;
  if (mode.workers_each == 1) {
    expected = {processes};
  } else if (mode.compartments == 1) {
    expected = {threads};
  } else if (threads == Outcome::lost_all) {
    expected = {Outcome::degraded};
  } else {
    expected = {threads, processes};
  }
  expected.insert(expected.end(), fault.also.begin(), fault.also.end());
  return expected;
}

bool is_expected(const FaultEntry& fault, const Mode& mode, Outcome seen) {
  const std::vector<Outcome> expected = expected_outcomes(fault, mode);
  return std::find(expected.begin(), expected.end(), seen) != expected.end();
}

}  // namespace bulkhead

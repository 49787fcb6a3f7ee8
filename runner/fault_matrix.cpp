#include "runner/fault_matrix.hpp"

#include "ipc/clock.hpp"
#include "runner/options/fault_settings.hpp"
#include "runner/trial/run_trial.hpp"
#include "runner/trial/strays.hpp"
#include "workloads/random.hpp"

namespace bulkhead {
namespace {

std::string reason_to_skip(const Plan& plan, const FaultEntry& fault, const Trigger& trigger) {
  if (fault.duet != Duet::no && plan.worker_count < 2) return "it takes two workers";
  if (fault.duet != Duet::no && !is_for_two(trigger.kind)) {
    return "two workers do not meet at " + std::string(to_text(trigger.kind));
  }
  if (fault.needs_section == NeedsSection::yes && plan.workload->takes_lock == TakesLock::no) {
    return std::string(plan.workload->name) + " has no critical section";
  }
  return fault.unavailable == nullptr ? std::string() : fault.unavailable();
}

Plan with_fault(const Plan& plan, const FaultEntry& fault, const Trigger& trigger) {
  Plan struck = plan;
  // Worker 1 has a sibling on either side, and is not the main thread of the process.
  const std::uint32_t worker = plan.worker_count > 1 ? 1 : 0;
  struck.faults.push_back(
      {std::string(fault.name), &fault, worker, trigger, default_settings(fault)});
  return struck;
}

}  // namespace

MatrixResult run_fault_matrix(const Plan& plan, const std::vector<const FaultEntry*>& faults,
                              const Trigger& trigger,
                              const std::function<void(const MatrixProgress&)>& progress) {
  const std::int64_t begun_ns = monotonic_ns();
  MatrixResult result;
  std::size_t to_run = plan.rounds.at_most;
  for (const FaultEntry* fault : faults) {
    result.rows.push_back({fault, reason_to_skip(plan, *fault, trigger)});
    if (result.rows.back().skipped.empty()) ++to_run;
  }
  const auto tell = [&](std::string_view fault, std::uint32_t mode, std::size_t done) {
    progress({fault, plan.modes[mode].name, done, to_run * plan.modes.size(),
              monotonic_ns() - begun_ns});
  };
  result.experiment = run_experiment(plan, [&](const ProgressState& state) {
    tell("", state.mode, state.round * plan.modes.size() + state.trial_of_round);
  });
  if (result.experiment.interrupted) return result;

  Interrupts interrupts;
  std::vector<TrialRecord>& trials = result.experiment.trials;
  for (const MatrixRow& row : result.rows) {
    if (!row.skipped.empty()) continue;
    const Plan struck = with_fault(plan, *row.fault, trigger);
    for (std::uint32_t mode = 0; mode < plan.modes.size(); ++mode) {
      tell(row.fault->name, mode, trials.size());
      trials.push_back(run_trial(struck, {0, mode, true, mix(plan.seed, mode)}, interrupts));
      trials.back().id.fault = row.fault->name;
      if (interrupts.count() > 0) {
        result.experiment.interrupted = true;
        return result;
      }
    }
  }
  return result;
}

const TrialRecord* matrix_trial(const MatrixResult& result, const FaultEntry& fault,
                                std::uint32_t mode) noexcept {
  for (const TrialRecord& trial : result.experiment.trials) {
    if (trial.id.mode == mode && trial.id.fault == fault.name) return &trial;
  }
  return nullptr;
}

}  // namespace bulkhead

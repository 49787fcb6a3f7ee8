#include "runner/step_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ipc/clock.hpp"
#include "runner/options/fault_settings.hpp"
#include "runner/trial/run_trial.hpp"
#include "runner/trial/strays.hpp"
#include "workloads/random.hpp"

namespace bulkhead {
namespace {

constexpr std::uint32_t attempts = 3;  // The next to take the lock may be the one not to strike.

/// In a compartment that starts again, the main thread is the last to begin, and somebody else is
/// the one who repairs.
constexpr std::uint32_t victim = 0;

void strike_at(Plan& plan, const FaultEntry& fault, std::uint32_t worker, TriggerKind kind,
               std::uint32_t step) {
  FaultPlan struck;
  struck.text = fault.name;
  struck.entry = &fault;
  struck.worker = worker;
  struck.trigger = {.kind = kind, .after_ns = 0, .step = step};
  struck.parameters = default_settings(fault);
  plan.faults.push_back(std::move(struck));
}

/// A crash in a repair needs another before it that makes the repair necessary.
Plan with_crash_at(const Plan& plan, const StepRow& row) {
  Plan struck = plan;
  if (row.kind == TriggerKind::in_section) {
    strike_at(struck, *row.fault, victim, row.kind, row.step);
    return struck;
  }
  constexpr std::uint32_t half_done = 0;
  strike_at(struck, *row.fault, victim, TriggerKind::in_section, half_done);
  for (std::uint32_t worker = 0; worker < plan.worker_count; ++worker) {
    if (worker != victim) strike_at(struck, *row.fault, worker, row.kind, row.step);
  }
  return struck;
}

/// A replacement was on its way when the window ended, so that nothing can be said of the state.
bool ended_before_recovery(const TrialRecord& trial) {
  if (trial.killed_at_end > 0) return false;  // Somebody stands still, and longer is no help.
  return std::any_of(trial.deaths.begin(), trial.deaths.end(), [](const DeathRecord& death) {
    return death.restarted && death.recovered_ns == 0;
  });
}

/// One run of the matrix; what it has so far is its result.
class StepRun {
 public:
  StepRun(StepResult& result, const std::function<void(const MatrixProgress&)>& progress)
      : result_(result), progress_(progress) {}

  void run(const std::vector<const FaultEntry*>& faults) {
    for (const FaultEntry* fault : faults) {
      run_steps(*fault, TriggerKind::in_section);
      if (plan().worker_count > 1) run_steps(*fault, TriggerKind::repair_step);
    }
  }

 private:
  [[nodiscard]] const Plan& plan() const { return result_.experiment.plan; }

  void run_steps(const FaultEntry& fault, TriggerKind kind) {
    const std::string_view key = kind == TriggerKind::in_section ? "step" : to_text(kind);
    for (std::uint32_t step = 1; step <= most_steps_tried; ++step) {
      if (!run_row({&fault, kind, step, fmt::format("{}:{}={}", fault.name, key, step)})) return;
    }
  }

  /// Whether any mode came so far, and nobody wants it to end.
  bool run_row(StepRow row) {
    bool any = false;
    std::vector<TrialRecord> trials;
    for (std::uint32_t mode = 0; mode < plan().modes.size(); ++mode) {
      trials.push_back(run_trials(row, mode));
      any = any || reached(trials.back(), row.kind);
      if (result_.experiment.interrupted) break;
    }
    if (!any) return false;
    for (TrialRecord& trial : trials) result_.experiment.trials.push_back(std::move(trial));
    result_.rows.push_back(std::move(row));
    return !result_.experiment.interrupted;
  }

  /// The first trial that came so far and lasted long enough to recover, or the last.
  TrialRecord run_trials(const StepRow& row, std::uint32_t mode) {
    Plan struck = with_crash_at(plan(), row);
    for (std::uint32_t attempt = 1;; ++attempt) {
      progress_({row.label, plan().modes[mode].name, result_.experiment.trials.size(), 0,
                 monotonic_ns() - begun_ns_});
      TrialRecord trial =
          run_trial(struck, {0, mode, true, mix(plan().seed, attempt)}, interrupts_);
      trial.id.fault = row.label;
      result_.experiment.interrupted = interrupts_.count() > 0;
      const bool is_told = reached(trial, row.kind) && !ended_before_recovery(trial);
      if (is_told || attempt == attempts || result_.experiment.interrupted) return trial;
      struck.extent.duration_ns *= 2;
    }
  }

  StepResult& result_;
  const std::function<void(const MatrixProgress&)>& progress_;
  Interrupts interrupts_;
  const std::int64_t begun_ns_ = monotonic_ns();
};

}  // namespace

bool reached(const TrialRecord& trial, TriggerKind kind) noexcept {
  if (kind == TriggerKind::in_section) return trial.fault_struck;
  // The crash that made the repair necessary is another worker's.
  return std::count_if(trial.workers.begin(), trial.workers.end(),
                       [](const WorkerRecord& worker) { return worker.strikes > 0; }) > 1;
}

StepResult run_step_matrix(const Plan& plan, const std::vector<const FaultEntry*>& faults,
                           const std::function<void(const MatrixProgress&)>& progress) {
  const std::int64_t begun_ns = monotonic_ns();
  StepResult result;
  result.experiment = run_experiment(plan, [&](const ProgressState& state) {
    progress({"", plan.modes[state.mode].name,
              state.round * plan.modes.size() + state.trial_of_round, 0,
              monotonic_ns() - begun_ns});
  });
  if (!result.experiment.interrupted) StepRun(result, progress).run(faults);
  return result;
}

const TrialRecord* step_trial(const StepResult& result, const StepRow& row,
                              std::uint32_t mode) noexcept {
  for (const TrialRecord& trial : result.experiment.trials) {
    if (trial.id.mode == mode && trial.id.fault == row.label) return &trial;
  }
  return nullptr;
}

}  // namespace bulkhead

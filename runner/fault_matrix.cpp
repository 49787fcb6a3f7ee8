#include "runner/fault_matrix.hpp"

#include <algorithm>
#include <array>

#include "ipc/clock.hpp"
#include "runner/options/fault_settings.hpp"
#include "runner/paired_rounds.hpp"
#include "runner/statistics/interval.hpp"
#include "runner/trial/containment.hpp"
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

double fault_free_rate(const ExperimentResult& control, std::uint32_t mode) {
  const std::vector<double> rates = throughputs(control.trials, mode);
  return rates.empty() ? 0 : median(rates) / control.plan.worker_count;
}

/// Many short windows tell more of the price than a few long ones, since the pace of a machine
/// changes from one second to the next.
constexpr std::int64_t longest_control_window_ns = 120 * ns_per_ms;

Plan control_of(const Plan& plan) {
  Plan control = plan;
  control.extent.duration_ns = std::min(plan.extent.duration_ns, longest_control_window_ns);
  return control;
}

/// What is left when the control rounds are done; what it has so far is its result.
class MatrixRun {
 public:
  using Tell = std::function<void(std::string_view fault, std::uint32_t mode, std::size_t done,
                                  std::size_t repeated)>;

  MatrixRun(const Plan& plan, const Trigger& trigger, MatrixResult& result, Tell tell)
      : plan_(plan), trigger_(trigger), result_(result), tell_(std::move(tell)) {}

  void run() {
    for (const MatrixRow& row : result_.rows) {
      if (!row.skipped.empty()) continue;
      for (std::uint32_t mode = 0; mode < plan_.modes.size(); ++mode) {
        strike(*row.fault, mode);
        if (result_.experiment.interrupted) return;
      }
    }
  }

 private:
  enum class Came : std::uint8_t { as_expected, as_surprise, to_nothing };

  /// A surprise must come twice. Once it may be the machine's: others took the CPUs just then. A
  /// trial that came to nothing, since it failed or was over before the fault struck, is no answer
  /// and is tried again, too.
  void strike(const FaultEntry& fault, std::uint32_t mode) {
    std::array<std::uint32_t, 3> times{};
    for (std::uint32_t round = 0; !result_.experiment.interrupted; ++round) {
      repeated_ += round > 0 ? 1 : 0;
      const Came came = try_once(fault, mode, round);
      if (came == Came::as_expected || ++times[static_cast<std::size_t>(came)] == 2) return;
    }
  }

  Came try_once(const FaultEntry& fault, std::uint32_t mode, std::uint32_t round) {
    std::vector<TrialRecord>& trials = result_.experiment.trials;
    tell_(fault.name, mode, trials.size(), repeated_);
    TrialRecord trial = run_trial(with_fault(plan_, fault, trigger_),
                                  {round, mode, true, mix(plan_.seed, mode)}, interrupts_);
    trial.id.fault = fault.name;
    result_.experiment.interrupted = interrupts_.count() > 0;
    const bool has_outcome = trial.status == TrialStatus::completed && trial.fault_struck;
    const Outcome seen = outcome_of(trial, result_.fault_free_rates[mode]);
    trials.push_back(std::move(trial));
    if (!has_outcome) return Came::to_nothing;
    return is_expected(fault, plan_.modes[mode], seen) ? Came::as_expected : Came::as_surprise;
  }

  const Plan& plan_;
  const Trigger& trigger_;
  MatrixResult& result_;
  Tell tell_;
  Interrupts interrupts_;
  std::size_t repeated_ = 0;
};

}  // namespace

MatrixResult run_fault_matrix(const Plan& plan, const std::vector<const FaultEntry*>& faults,
                              const Trigger& trigger,
                              const std::function<void(const MatrixProgress&)>& progress) {
  const std::int64_t begun_ns = monotonic_ns();
  MatrixResult result;
  result.window_ns = plan.extent.duration_ns;
  std::size_t to_run = plan.rounds.at_most;
  for (const FaultEntry* fault : faults) {
    result.rows.push_back({fault, reason_to_skip(plan, *fault, trigger)});
    if (result.rows.back().skipped.empty()) ++to_run;
  }
  const auto tell = [&](std::string_view fault, std::uint32_t mode, std::size_t done,
                        std::size_t repeated) {
    progress({fault, plan.modes[mode].name, done, to_run * plan.modes.size() + repeated,
              monotonic_ns() - begun_ns});
  };
  result.experiment = run_experiment(control_of(plan), [&](const ProgressState& state) {
    tell("", state.mode, state.round * plan.modes.size() + state.trial_of_round, 0);
  });
  for (std::uint32_t mode = 0; mode < plan.modes.size(); ++mode) {
    result.fault_free_rates.push_back(fault_free_rate(result.experiment, mode));
  }
  if (!result.experiment.interrupted) MatrixRun(plan, trigger, result, tell).run();
  return result;
}

const TrialRecord* matrix_trial(const MatrixResult& result, const FaultEntry& fault,
                                std::uint32_t mode) noexcept {
  const TrialRecord* last = nullptr;
  for (const TrialRecord& trial : result.experiment.trials) {
    if (trial.id.mode == mode && trial.id.fault == fault.name) last = &trial;
  }
  return last;
}

}  // namespace bulkhead

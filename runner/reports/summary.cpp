#include "runner/reports/summary.hpp"

#include <cassert>

#include "runner/reports/trial_values.hpp"

namespace bulkhead {
namespace {

enum class WithFaults { no, yes };

TrialList trials_of(const ExperimentResult& result, std::uint32_t mode, WithFaults with_faults) {
  TrialList list;
  for (const TrialRecord& trial : result.trials) {
    assert(trial.id.mode < result.plan.modes.size());
    if (trial.id.mode == mode && trial.id.with_faults == (with_faults == WithFaults::yes)) {
      list.push_back(&trial);
    }
  }
  return list;
}

/// So that all ratios of one measure together hold with the plan's confidence.
double confidence_of_each(const Plan& plan) {
  assert(plan.modes.size() > 1);
  return corrected_confidence(plan.confidence, plan.modes.size() - 1);
}

double per_worker_per_s(const CostSummary& cost, const Plan& plan) {
  if (!cost.throughput || plan.worker_count == 0) return 0;
  return cost.throughput->median_per_s / plan.worker_count;
}

ModeSummary summarize_mode(const ExperimentResult& result, std::uint32_t mode) {
  const Plan& plan = result.plan;
  ModeSummary summary;
  summary.mode = plan.modes[mode];
  summary.cost = summarize_cost(trials_of(result, mode, WithFaults::no), plan.confidence);
  if (mode > 0) {
    const auto compared = [&](TrialNumber number) {
      return compare_with_first(result.trials, number, mode, confidence_of_each(plan),
                                plan.same_within);
    };
    summary.comparison = compared(throughput);
    summary.cpu_comparison = compared(cpu_ns_per_operation);
  }
  if (!plan.faults.empty()) {
    summary.isolation = summarize_isolation(trials_of(result, mode, WithFaults::yes),
                                            per_worker_per_s(summary.cost, plan));
  }
  return summary;
}

}  // namespace

Summary summarize(const ExperimentResult& result) {
  Summary summary;
  summary.plan = result.plan;
  summary.rounds = result.rounds;
  summary.interrupted = result.interrupted;
  for (std::uint32_t mode = 0; mode < result.plan.modes.size(); ++mode) {
    summary.modes.push_back(summarize_mode(result, mode));
  }
  return summary;
}

}  // namespace bulkhead

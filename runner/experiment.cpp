#include "runner/experiment.hpp"

#include <algorithm>
#include <cassert>

#include "ipc/clock.hpp"
#include "runner/paired_rounds.hpp"
#include "runner/statistics/ratio.hpp"
#include "runner/statistics/verdict.hpp"
#include "runner/trial/run_trial.hpp"
#include "runner/trial/strays.hpp"
#include "workloads/random.hpp"

namespace bulkhead {
namespace {

/// The trials of one round in a random order that the seed decides. Fisher and Yates's shuffle,
/// written out since the library's differs between implementations.
std::vector<TrialId> trials_of_round(const Plan& plan, std::uint32_t round) {
  std::vector<TrialId> trials;
  for (std::uint32_t mode = 0; mode < plan.modes.size(); ++mode) {
    trials.push_back({round, mode, false, mix(plan.seed, round)});
    if (!plan.faults.empty()) trials.push_back({round, mode, true, mix(plan.seed, round)});
  }
  std::uint64_t state = mix(plan.seed, ~std::uint64_t{round});
  for (std::size_t left = trials.size(); left > 1; --left) {
    std::swap(trials[left - 1], trials[next_random(state) % left]);
  }
  return trials;
}

bool seen_enough(const ExperimentResult& result) {
  const Rounds& rounds = result.plan.rounds;
  if (result.rounds < rounds.at_least) return false;
  if (result.rounds >= rounds.at_most) return true;
  return rounds.precision && precision_reached(result);
}

/// Time left if the rounds go on as they did, up to the most there can be.
std::int64_t estimate_left_ns(const Plan& plan, std::size_t trials_done, std::size_t per_round,
                              std::int64_t elapsed_ns) {
  if (trials_done == 0) return 0;
  const std::size_t all = per_round * plan.rounds.at_most;
  return elapsed_ns / static_cast<std::int64_t>(trials_done) *
         static_cast<std::int64_t>(all - std::min(all, trials_done));
}

}  // namespace

bool precision_reached(const ExperimentResult& result) {
  const Plan& plan = result.plan;
  assert(plan.rounds.precision);
  const double precision = *plan.rounds.precision;
  if (plan.modes.size() == 1) {
    return throughput_precise_enough(throughputs(result.trials, 0), plan.confidence, precision);
  }
  const double confidence = corrected_confidence(plan.confidence, plan.modes.size() - 1);
  for (std::uint32_t mode = 1; mode < plan.modes.size(); ++mode) {
    const PairedRounds pairs = paired_rounds(result.trials, 0, mode);
    if (pairs.baseline.empty() ||
        !precise_enough(estimate_ratio(pairs.baseline, pairs.candidate, confidence), precision)) {
      return false;
    }
  }
  return true;
}

ExperimentResult run_experiment(const Plan& plan, const ProgressCallback& progress) {
  ExperimentResult result;
  result.host = read_host_facts();
  result.plan = plan;
  Interrupts interrupts;
  adopt_orphans();
  const std::int64_t begun_ns = monotonic_ns();
  std::uint32_t deaths = 0;
  while (!seen_enough(result)) {
    const std::vector<TrialId> trials = trials_of_round(plan, result.rounds);
    for (std::uint32_t index = 0; index < trials.size(); ++index) {
      const std::int64_t elapsed_ns = monotonic_ns() - begun_ns;
      progress({plan, result.rounds, index, static_cast<std::uint32_t>(trials.size()),
                trials[index].mode, trials[index].with_faults, deaths, elapsed_ns,
                estimate_left_ns(plan, result.trials.size(), trials.size(), elapsed_ns)});
      result.trials.push_back(run_trial(plan, trials[index], interrupts));
      deaths += static_cast<std::uint32_t>(result.trials.back().deaths.size());
      if (interrupts.count() > 0) {
        result.interrupted = true;
        return result;
      }
    }
    ++result.rounds;
  }
  return result;
}

}  // namespace bulkhead

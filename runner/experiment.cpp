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

/// The trials of one round in a random order that the seed decides.
std::vector<TrialId> trials_of_round(const Plan& plan, std::uint32_t round) {
  std::vector<TrialId> trials;
  for (std::uint32_t mode = 0; mode < plan.modes.size(); ++mode) {
    trials.push_back({round, mode, false, mix(plan.seed, round)});
    if (!plan.faults.empty()) trials.push_back({round, mode, true, mix(plan.seed, round)});
  }
  shuffle(trials, mix(plan.seed, ~std::uint64_t{round}));
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
    const PairedRounds pairs = paired_rounds(result.trials, throughput, 0, mode);
    if (pairs.baseline.empty() ||
        !precise_enough(estimate_ratio(pairs.baseline, pairs.candidate, confidence), precision)) {
      return false;
    }
  }
  return true;
}

ExperimentCourse::ExperimentCourse(Plan plan) {
  result_.plan = std::move(plan);
}

std::uint32_t ExperimentCourse::trials_per_round() const noexcept {
  const std::size_t kinds = result_.plan.faults.empty() ? 1 : 2;
  return static_cast<std::uint32_t>(result_.plan.modes.size() * kinds);
}

std::uint32_t ExperimentCourse::trials_of_present_round() const {
  const auto begin = have_.lower_bound({result_.rounds, 0, false});
  const auto end = have_.lower_bound({result_.rounds + 1, 0, false});
  return static_cast<std::uint32_t>(std::distance(begin, end));
}

std::optional<TrialId> ExperimentCourse::next() const {
  if (enough_) return std::nullopt;
  for (const TrialId& trial : trials_of_round(result_.plan, result_.rounds)) {
    if (!have_.contains({trial.round, trial.mode, trial.with_faults})) return trial;
  }
  return std::nullopt;
}

bool ExperimentCourse::add(TrialRecord record) {
  if (!have_.insert({record.id.round, record.id.mode, record.id.with_faults}).second) return false;
  result_.trials.push_back(std::move(record));
  while (!enough_ && trials_of_present_round() == trials_per_round()) {
    ++result_.rounds;
    enough_ = seen_enough(result_);
  }
  return true;
}

ExperimentResult run_experiment(const Plan& plan, const ProgressCallback& progress) {
  ExperimentCourse course(plan);
  course.result().host = read_host_facts();
  Interrupts interrupts;
  adopt_orphans();
  const std::int64_t begun_ns = monotonic_ns();
  std::uint32_t deaths = 0;
  while (const std::optional<TrialId> trial = course.next()) {
    const std::int64_t elapsed_ns = monotonic_ns() - begun_ns;
    progress({plan, trial->round, course.trials_of_present_round(), course.trials_per_round(),
              trial->mode, trial->with_faults, deaths, elapsed_ns,
              estimate_left_ns(plan, course.result().trials.size(), course.trials_per_round(),
                               elapsed_ns)});
    TrialRecord record = run_trial(plan, *trial, interrupts);
    deaths += static_cast<std::uint32_t>(record.deaths.size());
    if (interrupts.count() > 0) {
      course.result().interrupted = true;
      course.result().trials.push_back(std::move(record));
      break;
    }
    course.add(std::move(record));
  }
  return std::move(course.result());
}

}  // namespace bulkhead

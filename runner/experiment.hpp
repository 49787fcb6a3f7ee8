// One experiment: all trials of a plan, in a random order per round, until the plan's rounds are
// done, the precision is reached, or the user has seen enough. And its course, trial by trial, for
// whoever runs several experiments or goes on with one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "runner/measure/host.hpp"
#include "runner/plan/plan.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

/// All facts of one experiment. What a summary is made from.
struct ExperimentResult {
  HostFacts host;  ///< Read before the first trial.
  Plan plan;
  std::vector<TrialRecord> trials;  ///< In the order in which they ran.
  std::uint32_t rounds = 0;         ///< Complete ones.
  bool interrupted = false;
};

/// Which trial of an experiment comes next, and whether it has seen enough. Pure: it runs nothing.
/// A value.
class ExperimentCourse {
 public:
  explicit ExperimentCourse(Plan plan);

  /// Nothing when the experiment has seen enough. Rounds in order; the trials of a round in a
  /// random order that the seed decides; those that were added before are left out.
  [[nodiscard]] std::optional<TrialId> next() const;

  /// It has: next() would answer nothing.
  [[nodiscard]] bool enough() const noexcept { return enough_; }

  /// Takes a trial of this experiment, in any order. One that is here already is dropped, and the
  /// answer is false.
  bool add(TrialRecord record);

  [[nodiscard]] const ExperimentResult& result() const noexcept { return result_; }
  /// For facts that come from elsewhere: the host, an interrupted trial.
  [[nodiscard]] ExperimentResult& result() noexcept { return result_; }

  /// Trials of a whole round.
  [[nodiscard]] std::uint32_t trials_per_round() const noexcept;
  /// Of the present round, trials that are here.
  [[nodiscard]] std::uint32_t trials_of_present_round() const;

 private:
  using Key = std::tuple<std::uint32_t, std::uint32_t, bool>;  // round, mode, with faults

  ExperimentResult result_;
  std::set<Key> have_;
  bool enough_ = false;
};

/// Where an experiment is, for whoever shows it to the user. Called between trials only, so that it
/// cannot disturb a window.
struct ProgressState {
  const Plan& plan;
  std::uint32_t round;           ///< From 0.
  std::uint32_t trial_of_round;  ///< From 0.
  std::uint32_t trials_per_round;
  std::uint32_t mode;  ///< Of the trial that starts now; index into Plan::modes.
  bool with_faults;
  std::uint32_t deaths;  ///< So far.
  std::int64_t elapsed_ns;
  std::int64_t left_ns;  ///< Estimated from what was measured; 0 when unknown.
};

using ProgressCallback = std::function<void(const ProgressState&)>;

/// Runs the plan. Single-threaded; forks one supervisor per trial; leaves no child behind. SIGINT,
/// SIGTERM and SIGHUP are blocked while it runs and end it cleanly: the first ends the present
/// trial, a second one kills it. Throws std::system_error when the host cannot run it at all.
[[nodiscard]] ExperimentResult run_experiment(const Plan& plan, const ProgressCallback& progress);

/// Whether every ratio to the first mode is known as precisely as Rounds::precision asks, or the
/// throughput if there is one mode only. Pure; for plans with a precision.
[[nodiscard]] bool precision_reached(const ExperimentResult& result);

}  // namespace bulkhead

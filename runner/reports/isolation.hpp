// What a fault took down in one mode, and what went on: its numbers from the trials with faults.
// Times are nanoseconds, shares lie between 0 and 1. All but the counts of trials are made from the
// trials that were completed and that the fault struck. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/reports/state_count.hpp"
#include "runner/reports/trial_list.hpp"
#include "runner/reports/trial_values.hpp"
#include "runner/trial/containment.hpp"

namespace bulkhead {

/// What became of units of work: medians over the trials.
struct UnitCount {
  double finished = 0;     ///< Acknowledged.
  double lost = 0;         ///< Interrupted and never redone, or acknowledged and not in the state.
  double redone = 0;       ///< Interrupted, and begun again by a replacement.
  double thrown_away = 0;  ///< Acknowledged, and gone when the state was made anew.
  double surplus = 0;      ///< In the state more often than acknowledged.
};

/// Throughput of the survivors from the fault on, as a share of what as many workers do in the same
/// mode's trials without faults.
struct SurvivorsShare {
  double median = 0;
  std::uint32_t trials = 0;
};

/// What came of one fault for which two workers met: sums over the trials.
struct HazardCount {
  std::string fault;
  std::uint64_t tries = 0;
  std::uint64_t seen = 0;
};

/// Survivors whose share is below this did next to nothing any more; its digits would say nothing.
inline constexpr double standstill = 0.001;

/// Texts and how often each was seen, most frequent first.
using TextCounts = std::vector<std::pair<std::string, std::uint32_t>>;

struct IsolationSummary {
  TrialCount trials;
  std::uint32_t struck = 0;                ///< Completed trials that the fault struck.
  std::uint32_t disturbed = 0;             ///< Of those, whose window was disturbed.
  std::uint32_t deaths_unstruck = 0;       ///< Deaths in completed trials that it did not strike.
  std::optional<CountRange> lost_workers;  ///< Workers whose compartment died while they worked.
  std::optional<CountRange> surviving_workers;
  std::optional<CountRange>
      stuck_workers;  ///< Waiting for a lock when the trial was over, or gave up.
  std::optional<CountRange> stopped_workers;  ///< Ended by the recovery, without fault of theirs.
  std::optional<CountRange> restarts;         ///< Of compartments.
  std::optional<CountRange> resets;           ///< Of the shared state.
  std::optional<CountRange> spares_taken;
  std::optional<CountRange> killed_at_end;  ///< Compartments that did not end when asked to.
  std::optional<CountRange> outlived_kill;  ///< Compartments that SIGKILL did not end in time.
  std::optional<CountRange> left_locked;    ///< Workers that hold the lock after their end.
  std::optional<CountRange> repairs;        ///< Of the state, by the next holder of the lock.
  std::optional<CountRange> half_done;      ///< Of those, that found something half done.
  std::optional<CountRange> supervisor_repairs;
  std::optional<CountRange> caught;      ///< Crashes that workers caught and went on after.
  std::uint32_t gave_up_restarting = 0;  ///< Trials.
  /// Workers that no fault struck, but whose process is another than before; and in what.
  std::optional<CountRange> changed_siblings;
  std::string changed_what;
  /// Workers that no fault struck, but that were refused what they get without it; and what.
  std::optional<CountRange> refused_siblings;
  std::string refused_what;
  std::uint32_t canaries_broken = 0;  ///< Trials in which a worker's private memory changed.
  /// How compartments died, and how many in all; most frequent first.
  TextCounts exit_causes;
  TextCounts noticers;  ///< Who noticed the fault first, and in how many trials.
  /// What the first worker that could still say something said of its crash.
  std::optional<CrashRecord> crash;
  std::vector<HazardCount> hazards;       ///< In the order of their first trial.
  std::optional<double> hazard_waits_ns;  ///< Of those who waited for what is soon done.
  std::optional<UnitCount> units;
  std::optional<SurvivorsShare> survivors_share;
  std::optional<double> orphans_gone_ns;   ///< From the supervisor's end to the last worker's.
  std::optional<CountRange> left_over;     ///< Processes that had to be killed after that.
  std::optional<double> longest_gap_ns;    ///< Of a survivor, from the fault on.
  std::optional<double> noticed_ns;        ///< From the fault until the supervisor knew.
  std::optional<double> recovered_ns;      ///< From the fault to the replacement's first operation.
  std::optional<double> back_to_speed_ns;  ///< From the fault to nine tenths of the former rate.
  std::uint32_t never_back_to_speed = 0;   ///< Trials.
  /// What became of the trials, most frequent first.
  std::vector<std::pair<Outcome, std::uint32_t>> outcomes;
  WorkloadMeasures measures;  ///< What only the workload measures; medians.
  StateCount state;
};

/// The function that crashed: the first of the stack that is no library's. Empty: nobody knows.
[[nodiscard]] std::string crashed_in(const CrashRecord& crash);

/// Of the trials of one mode with faults. `fault_free_per_worker_per_s`: the same mode's throughput
/// without faults; 0 when unknown.
[[nodiscard]] IsolationSummary summarize_isolation(const TrialList& trials,
                                                   double fault_free_per_worker_per_s);

}  // namespace bulkhead

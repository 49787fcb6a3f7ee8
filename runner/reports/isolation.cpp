#include "runner/reports/isolation.hpp"
#include "runner/reports/trial_values.hpp"
#include "runner/trial/noticed_by.hpp"

#include <map>

namespace bulkhead {
namespace {

/// How many workers of the trial are such.
template <class Predicate>
std::uint64_t count_workers(const TrialRecord& trial, Predicate is_such) {
  return static_cast<std::uint64_t>(
      std::count_if(trial.workers.begin(), trial.workers.end(), is_such));
}

bool was_lost(const WorkerRecord& worker) {
  return worker.deaths > 0;
}

bool was_stopped(const WorkerRecord& worker) {
  return worker.stopped > 0 && worker.deaths == 0;
}

std::uint64_t count_lost(const TrialRecord& trial) {
  return count_workers(trial, was_lost);
}

std::uint64_t stopped_workers(const TrialRecord& trial) {
  return count_workers(trial, was_stopped);
}

std::uint64_t surviving_workers(const TrialRecord& trial) {
  return trial.workers.size() - count_lost(trial) - stopped_workers(trial);
}

template <class Count>
std::uint64_t sum_over_workers(const TrialRecord& trial, Count count) {
  std::uint64_t sum = 0;
  for (const WorkerRecord& worker : trial.workers) sum += count(worker);
  return sum;
}

std::uint64_t repairs(const TrialRecord& trial) {
  return sum_over_workers(trial, [](const WorkerRecord& worker) { return worker.repairs; });
}

std::uint64_t half_done(const TrialRecord& trial) {
  return sum_over_workers(trial, [](const WorkerRecord& worker) { return worker.half_done; });
}

std::uint64_t caught_crashes(const TrialRecord& trial) {
  return sum_over_workers(trial, [](const WorkerRecord& worker) { return worker.caught; });
}

std::optional<CrashRecord> first_crash(const TrialList& trials) {
  for (const TrialRecord* trial : trials) {
    for (const DeathRecord& death : trial->deaths) {
      if (death.crash) return death.crash;
    }
  }
  return std::nullopt;
}

std::optional<double> longest_gap(const TrialList& trials) {
  return median_over(trials, [](const TrialRecord& trial) -> std::optional<double> {
    if (!trial.survivors || trial.survivors->count == 0) return std::nullopt;
    return static_cast<double>(trial.survivors->longest_gap_ns);
  });
}

std::uint64_t finished_units(const TrialRecord& trial) {
  return sum_over_workers(trial, [](const WorkerRecord& worker) { return worker.finished; });
}

std::uint64_t redone_units(const TrialRecord& trial) {
  return sum_over_workers(trial, [](const WorkerRecord& worker) { return worker.redone; });
}

std::uint64_t thrown_away_units(const TrialRecord& trial) {
  return sum_over_workers(trial, [](const WorkerRecord& worker) { return worker.thrown_away; });
}

std::uint64_t lost_units(const TrialRecord& trial) {
  return trial.verify.missing_units + sum_over_workers(trial, [](const WorkerRecord& worker) {
           return worker.interrupted - std::min(worker.redone, worker.interrupted);
         });
}

std::optional<UnitCount> summarize_units(const TrialList& trials) {
  if (trials.empty()) return std::nullopt;
  return UnitCount{range_over(trials, finished_units)->median,
                   range_over(trials, lost_units)->median, range_over(trials, redone_units)->median,
                   range_over(trials, thrown_away_units)->median,
                   range_over(trials, [](const TrialRecord& trial) {
                     return trial.verify.surplus_units;
                   })->median};
}

std::optional<SurvivorsShare> summarize_survivors(const TrialList& trials,
                                                  double fault_free_per_worker_per_s) {
  std::vector<double> shares;
  for (const TrialRecord* trial : trials) {
    if (const auto share = survivors_share(*trial, fault_free_per_worker_per_s)) {
      shares.push_back(*share);
    }
  }
  if (shares.empty()) return std::nullopt;
  return SurvivorsShare{median(shares), static_cast<std::uint32_t>(shares.size())};
}

std::optional<double> back_to_speed(const TrialList& trials) {
  return median_over(trials, [](const TrialRecord& trial) -> std::optional<double> {
    if (trial.back_to_speed_ns <= trial.struck_ns) return std::nullopt;
    return static_cast<double>(trial.back_to_speed_ns - trial.struck_ns);
  });
}

std::vector<std::pair<Outcome, std::uint32_t>> count_outcomes(const TrialList& trials,
                                                              double fault_free_per_worker_per_s) {
  std::map<Outcome, std::uint32_t> counts;
  for (const TrialRecord* trial : trials) {
    ++counts[outcome_of(*trial, fault_free_per_worker_per_s)];
  }
  std::vector<std::pair<Outcome, std::uint32_t>> outcomes(counts.begin(), counts.end());
  std::stable_sort(outcomes.begin(), outcomes.end(),
                   [](const auto& left, const auto& right) { return left.second > right.second; });
  return outcomes;
}

TrialList with_orphans(TrialList trials) {
  std::erase_if(trials, [](const TrialRecord* trial) { return !trial->orphans; });
  return trials;
}

std::optional<double> orphans_gone(const TrialList& trials) {
  std::vector<double> times_ns;
  for (const TrialRecord* trial : trials) {
    times_ns.push_back(static_cast<double>(trial->orphans->gone_ns));
  }
  if (times_ns.empty()) return std::nullopt;
  return median(times_ns);
}

/// The median over all deaths that a fault caused, of the time from the fault to `moment`.
std::optional<double> since_fault_ns(const TrialList& trials, std::int64_t DeathRecord::*moment) {
  std::vector<double> delays_ns;
  for (const TrialRecord* trial : trials) {
    const std::vector<double> delays = delays_after_strikes_ns(*trial, moment);
    delays_ns.insert(delays_ns.end(), delays.begin(), delays.end());
  }
  if (delays_ns.empty()) return std::nullopt;
  return median(delays_ns);
}

std::uint32_t count_death_records(const TrialList& trials) {
  std::size_t deaths = 0;
  for (const TrialRecord* trial : trials) deaths += trial->deaths.size();
  return static_cast<std::uint32_t>(deaths);
}

TextCounts most_frequent_first(const std::map<std::string, std::uint32_t>& counts) {
  TextCounts sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& left, const auto& right) { return left.second > right.second; });
  return sorted;
}

TextCounts count_causes(const TrialList& trials) {
  std::map<std::string, std::uint32_t> counts;
  for (const TrialRecord* trial : trials) {
    for (const DeathRecord& death : trial->deaths) ++counts[to_text(death.cause)];
  }
  return most_frequent_first(counts);
}

TextCounts count_noticers(const TrialList& trials) {
  std::map<std::string, std::uint32_t> counts;
  for (const TrialRecord* trial : trials) ++counts[std::string(noticed_by(*trial))];
  return most_frequent_first(counts);
}

template <class Predicate>
std::uint32_t count_trials_with(const TrialList& trials, Predicate is_such) {
  return static_cast<std::uint32_t>(
      std::count_if(trials.begin(), trials.end(),
                    [&is_such](const TrialRecord* trial) { return is_such(*trial); }));
}

/// What of the process of a worker that no fault struck has changed; empty for nothing.
std::string change_of_sibling(const TrialRecord& trial, std::size_t worker) {
  const bool is_sibling = trial.workers[worker].strikes == 0;
  return is_sibling && worker < trial.process_changes.size() ? trial.process_changes[worker] : "";
}

/// What a worker that no fault struck was refused; empty for nothing.
std::string refusal_of_sibling(const TrialRecord& trial, std::size_t worker) {
  const WorkerRecord& record = trial.workers[worker];
  return record.strikes == 0 ? record.refused : "";
}

using TextOfWorker = std::string (*)(const TrialRecord&, std::size_t);

/// Of how many workers there is something to say.
std::optional<CountRange> range_of_workers(const TrialList& trials, TextOfWorker text) {
  return range_over(trials, [text](const TrialRecord& trial) {
    std::uint64_t count = 0;
    for (std::size_t worker = 0; worker < trial.workers.size(); ++worker) {
      count += text(trial, worker).empty() ? 0 : 1;
    }
    return count;
  });
}

/// What there is to say of the first of them.
std::string first_text(const TrialList& trials, TextOfWorker text) {
  for (const TrialRecord* trial : trials) {
    for (std::size_t worker = 0; worker < trial->workers.size(); ++worker) {
      std::string what = text(*trial, worker);
      if (!what.empty()) return what;
    }
  }
  return "";
}

std::vector<HazardCount> count_hazards(const TrialList& trials) {
  std::vector<HazardCount> counts;
  for (const TrialRecord* trial : trials) {
    for (const HazardRecord& hazard : trial->hazards) {
      auto count = std::find_if(counts.begin(), counts.end(), [&hazard](const HazardCount& known) {
        return known.fault == hazard.fault;
      });
      if (count == counts.end()) count = counts.insert(count, {hazard.fault});
      count->tries += hazard.tries;
      count->seen += hazard.seen;
    }
  }
  return counts;
}

std::optional<double> hazard_waits(const TrialList& trials) {
  return median_over(trials, [](const TrialRecord& trial) -> std::optional<double> {
    std::int64_t longest_ns = 0;
    for (const HazardRecord& hazard : trial.hazards) {
      longest_ns = std::max(longest_ns, hazard.waited_ns);
    }
    if (longest_ns == 0) return std::nullopt;
    return static_cast<double>(longest_ns);
  });
}

bool has_broken_canary(const TrialRecord& trial) {
  return std::any_of(trial.workers.begin(), trial.workers.end(),
                     [](const WorkerRecord& worker) { return worker.canary_broken; });
}

}  // namespace

std::string crashed_in(const CrashRecord& crash) {
  for (const std::string& frame : crash.stack) {
    const bool has_name = !frame.starts_with("0x");
    if (has_name && !frame.ends_with(')')) return frame;
  }
  return "";
}

IsolationSummary summarize_isolation(const TrialList& trials, double fault_free_per_worker_per_s) {
  TrialList struck = completed(trials);
  const auto first_unstruck = std::stable_partition(
      struck.begin(), struck.end(), [](const TrialRecord* trial) { return trial->fault_struck; });
  IsolationSummary summary;
  summary.deaths_unstruck = count_death_records({first_unstruck, struck.end()});
  struck.erase(first_unstruck, struck.end());

  summary.trials = count_trials(trials);
  summary.struck = static_cast<std::uint32_t>(struck.size());
  summary.disturbed = count_trials_with(
      struck, [](const TrialRecord& trial) { return trial.window()->disturbance.over_limit; });
  summary.lost_workers = range_over(struck, count_lost);
  summary.surviving_workers = range_over(struck, surviving_workers);
  summary.stuck_workers =
      range_over(struck, [](const TrialRecord& trial) { return count_workers(trial, is_stuck); });
  summary.restarts = range_over(struck, [](const TrialRecord& trial) { return trial.restarts; });
  summary.stopped_workers = range_over(struck, stopped_workers);
  summary.resets = range_over(struck, [](const TrialRecord& trial) { return trial.resets; });
  summary.spares_taken =
      range_over(struck, [](const TrialRecord& trial) { return trial.spares_taken; });
  summary.supervisor_repairs =
      range_over(struck, [](const TrialRecord& trial) { return trial.supervisor_repairs; });
  summary.back_to_speed_ns = back_to_speed(struck);
  summary.never_back_to_speed = count_trials_with(
      struck, [](const TrialRecord& trial) { return trial.back_to_speed_ns == 0; });
  summary.outcomes = count_outcomes(struck, fault_free_per_worker_per_s);
  summary.killed_at_end =
      range_over(struck, [](const TrialRecord& trial) { return trial.killed_at_end; });
  summary.outlived_kill =
      range_over(struck, [](const TrialRecord& trial) { return trial.outlived_kill; });
  summary.repairs = range_over(struck, repairs);
  summary.left_locked = range_over(struck, [](const TrialRecord& trial) {
    return count_workers(trial, [](const WorkerRecord& worker) { return worker.left_locked; });
  });
  summary.half_done = range_over(struck, half_done);
  summary.caught = range_over(struck, caught_crashes);
  summary.crash = first_crash(struck);
  summary.hazards = count_hazards(struck);
  summary.hazard_waits_ns = hazard_waits(struck);
  summary.longest_gap_ns = longest_gap(struck);
  summary.gave_up_restarting =
      count_trials_with(struck, [](const TrialRecord& trial) { return trial.gave_up_restarting; });
  summary.changed_siblings = range_of_workers(struck, change_of_sibling);
  summary.changed_what = first_text(struck, change_of_sibling);
  summary.refused_siblings = range_of_workers(struck, refusal_of_sibling);
  summary.refused_what = first_text(struck, refusal_of_sibling);
  summary.canaries_broken = count_trials_with(struck, has_broken_canary);
  const TrialList orphaned = with_orphans(struck);
  summary.orphans_gone_ns = orphans_gone(orphaned);
  summary.left_over =
      range_over(orphaned, [](const TrialRecord& trial) { return trial.orphans->left_over; });
  summary.exit_causes = count_causes(struck);
  summary.noticers = count_noticers(struck);
  summary.units = summarize_units(struck);
  summary.survivors_share = summarize_survivors(struck, fault_free_per_worker_per_s);
  summary.noticed_ns = since_fault_ns(struck, &DeathRecord::noticed_ns);
  summary.recovered_ns = since_fault_ns(struck, &DeathRecord::recovered_ns);
  summary.measures = workload_measures(struck);
  summary.state = count_states(struck);
  return summary;
}

}  // namespace bulkhead

#include "runner/results/stored_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ipc/percentile.hpp"
#include "runner/json/plan_json.hpp"
#include "runner/paired_rounds.hpp"
#include "runner/reports/number.hpp"
#include "runner/reports/trial_values.hpp"
#include "runner/results/machine_changes.hpp"
#include "runner/statistics/unpaired_ratio.hpp"

namespace bulkhead {
namespace {

std::optional<double> latency_ns(const TrialRecord& trial, double share) {
  const auto ns = percentile(latency_counts({&trial}), share, LatencyHistogram::upper_ns);
  return ns ? std::optional<double>(static_cast<double>(*ns)) : std::nullopt;
}

std::optional<double> start_ns(const TrialRecord& trial) {
  const std::vector<double> starts = worker_starts_ns(trial);
  return starts.empty() ? std::nullopt : std::optional<double>(median(starts));
}

/// Of the first death.
std::optional<double> after_strike_ns(const TrialRecord& trial, std::int64_t DeathRecord::*what) {
  const std::vector<double> delays = delays_after_strikes_ns(trial, what);
  return delays.empty() ? std::nullopt : std::optional<double>(delays.front());
}

/// The values of one measure in one mode that a ratio can be made of.
std::vector<double> values_of(const ExperimentResult& result, std::uint32_t mode,
                              const StoredMeasure& measure) {
  std::vector<double> values;
  for (const TrialRecord& trial : result.trials) {
    if (trial.status != TrialStatus::completed || trial.id.mode != mode ||
        trial.id.with_faults != measure.with_faults) {
      continue;
    }
    const std::optional<double> value = measure.value(trial);
    if (value && *value > 0) values.push_back(*value);
  }
  return values;
}

std::optional<std::uint32_t> mode_named(const Plan& plan, const std::string& name) {
  for (std::uint32_t mode = 0; mode < plan.modes.size(); ++mode) {
    if (plan.modes[mode].name == name) return mode;
  }
  return std::nullopt;
}

const StoredExperiment* find(const StoredBatch& batch, const std::string& name) {
  for (const StoredExperiment& one : batch.experiments) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

void warn_of_plan(const StoredExperiment& before, const StoredExperiment& after,
                  std::vector<std::string>& warnings) {
  Plan then = before.course.result().plan;
  const Plan& now = after.course.result().plan;
  // More rounds or another seed are the same experiment.
  then.seed = now.seed;
  then.rounds = now.rounds;
  const auto changes = plan_changes(then, now);
  if (changes.empty()) return;
  warnings.push_back(
      fmt::format("{} is not the same experiment: {}.", after.name, enumerate(changes)));
}

class Comparer {
 public:
  Comparer(const StoredBatch& before, const StoredBatch& after, double confidence)
      : before_(before), after_(after), confidence_(confidence) {}

  StoredComparison compare() {
    result_.confidence_each = corrected_confidence(confidence_, std::max<std::size_t>(pairs(), 1));
    if (!before_.sessions.empty() && !after_.sessions.empty()) {
      for (const std::string& change :
           machine_changes(before_.sessions.back().host, after_.sessions.back().host)) {
        result_.warnings.push_back("Not the same machine: " + change + ".");
      }
    }
    for (const StoredExperiment& old : before_.experiments) {
      if (find(after_, old.name) == nullptr) {
        result_.warnings.push_back(old.name + " is in the old results only.");
      }
    }
    for (const StoredExperiment& now : after_.experiments) {
      if (const StoredExperiment* old = find(before_, now.name)) {
        warn_of_plan(*old, now, result_.warnings);
        add_rows(*old, now);
      } else {
        result_.warnings.push_back(now.name + " is in the new results only.");
      }
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::size_t pairs() const {
    std::size_t count = 0;
    for (const StoredExperiment& now : after_.experiments) {
      const StoredExperiment* old = find(before_, now.name);
      if (old == nullptr) continue;
      for (const Mode& mode : now.course.result().plan.modes) {
        if (mode_named(old->course.result().plan, mode.name)) ++count;
      }
    }
    return count;
  }

  void add_rows(const StoredExperiment& old, const StoredExperiment& now) {
    const ExperimentResult& before = old.course.result();
    const ExperimentResult& after = now.course.result();
    for (std::uint32_t mode = 0; mode < after.plan.modes.size(); ++mode) {
      const auto old_mode = mode_named(before.plan, after.plan.modes[mode].name);
      if (!old_mode) continue;
      ComparedRow row{now.name, after.plan.modes[mode].name, after.plan.same_within, {}};
      for (const StoredMeasure& measure : stored_measures()) {
        const auto then = values_of(before, *old_mode, measure);
        const auto today = values_of(after, mode, measure);
        row.ratios.emplace_back();
        if (then.empty() || today.empty()) continue;
        row.ratios.back() = estimate_unpaired_ratio(then, today, result_.confidence_each);
      }
      result_.rows.push_back(std::move(row));
    }
  }

  const StoredBatch& before_;
  const StoredBatch& after_;
  double confidence_;
  StoredComparison result_;
};

}  // namespace

const std::vector<StoredMeasure>& stored_measures() {
  static const std::vector<StoredMeasure> measures{
      {"throughput", "operations per second", true, false, throughput},
      {"latency_p50", "median latency of an operation", false, false,
       [](const TrialRecord& trial) { return latency_ns(trial, 0.5); }},
      {"latency_p99", "latency that 99 % of operations stay below", false, false,
       [](const TrialRecord& trial) { return latency_ns(trial, 0.99); }},
      {"cpu_per_operation", "CPU time of an operation", false, false, cpu_ns_per_operation},
      {"memory", "PSS of all compartments", false, false,
       [](const TrialRecord& trial) -> std::optional<double> {
         return static_cast<double>(trial.memory.pss_bytes);
       }},
      {"start", "creation of a worker to its first operation", false, false, start_ns},
      {"noticed", "fault to its death being noticed", false, true,
       [](const TrialRecord& trial) { return after_strike_ns(trial, &DeathRecord::noticed_ns); }},
      {"recovery", "fault to the replacement's first operation", false, true,
       [](const TrialRecord& trial) {
         return after_strike_ns(trial, &DeathRecord::recovered_ns);
       }}};
  return measures;
}

const StoredMeasure* find_measure(std::string_view name) noexcept {
  for (const std::string_view unit : {"", "_ns", "_us", "_ms", "_s", "_bytes"}) {
    if (!name.ends_with(unit)) continue;
    const std::string_view bare = name.substr(0, name.size() - unit.size());
    for (const StoredMeasure& measure : stored_measures()) {
      if (measure.name == bare) return &measure;
    }
  }
  return nullptr;
}

StoredComparison compare_stored(const StoredBatch& before, const StoredBatch& after,
                                double confidence) {
  return Comparer(before, after, confidence).compare();
}

}  // namespace bulkhead

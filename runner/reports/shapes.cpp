#include "runner/reports/shapes.hpp"

#include <algorithm>
#include <iterator>

#include "runner/paired_rounds.hpp"
#include "runner/reports/trial_list.hpp"
#include "runner/reports/trial_values.hpp"
#include "runner/statistics/unpaired_ratio.hpp"
#include "runner/statistics/verdict.hpp"

namespace bulkhead {
namespace {

/// What there is to compare of one mode.
struct ShapeValues {
  std::vector<double> memory_bytes;        // Of each completed trial without faults.
  std::vector<double> recovery_ns;         // Of each death that was recovered from.
  std::optional<std::uint64_t> lost_most;  // Workers lost in the worst trial with faults.
};

std::uint64_t count_lost_workers(const TrialRecord& trial) {
  return static_cast<std::uint64_t>(
      std::count_if(trial.workers.begin(), trial.workers.end(),
                    [](const WorkerRecord& worker) { return worker.deaths > 0; }));
}

ShapeValues values_of(const ExperimentResult& result, std::uint32_t mode) {
  ShapeValues values;
  for (const TrialRecord& trial : result.trials) {
    if (trial.id.mode != mode || trial.status != TrialStatus::completed) continue;
    if (!trial.id.with_faults) {
      if (trial.memory.pss_bytes > 0) {
        values.memory_bytes.push_back(static_cast<double>(trial.memory.pss_bytes));
      }
      continue;
    }
    if (!trial.fault_struck) continue;
    values.lost_most = std::max(values.lost_most.value_or(0), count_lost_workers(trial));
    for (const double delay_ns : delays_after_strikes_ns(trial, &DeathRecord::recovered_ns)) {
      if (delay_ns > 0) values.recovery_ns.push_back(delay_ns);
    }
  }
  return values;
}

Standing opposite(Standing standing) {
  if (standing == Standing::no_sure_difference) return standing;
  return standing == Standing::better ? Standing::worse : Standing::better;
}

/// `estimate`: the first over the second, where more is better.
Standing standing_of(const RatioEstimate& estimate, double same_within) {
  switch (judge(estimate, same_within).verdict) {
    case SpeedVerdict::faster:
      return Standing::better;
    case SpeedVerdict::slower:
      return Standing::worse;
    case SpeedVerdict::same:
    case SpeedVerdict::cannot_tell:
      break;
  }
  return Standing::no_sure_difference;
}

class Comparer {
 public:
  explicit Comparer(const ExperimentResult& result) : result_(result) {
    for (std::uint32_t mode = 0; mode < result.plan.modes.size(); ++mode) {
      values_.push_back(values_of(result, mode));
    }
  }

  [[nodiscard]] bool dominates_mode(std::uint32_t a, std::uint32_t b) const {
    const Standing standings[shape_respects] = {
        throughput(a, b), less_is_better(values_[a].memory_bytes, values_[b].memory_bytes),
        blast_radius(values_[a], values_[b]), recovery(values_[a], values_[b])};
    return dominates(standings);
  }

 private:
  [[nodiscard]] Standing throughput(std::uint32_t a, std::uint32_t b) const {
    const PairedRounds rounds = paired_rounds(result_.trials, bulkhead::throughput, b, a);
    if (rounds.baseline.empty()) return Standing::no_sure_difference;
    return standing_of(estimate_ratio(rounds.baseline, rounds.candidate, result_.plan.confidence),
                       result_.plan.same_within);
  }

  [[nodiscard]] Standing less_is_better(const std::vector<double>& a,
                                        const std::vector<double>& b) const {
    if (a.empty() || b.empty()) return Standing::no_sure_difference;
    return opposite(standing_of(estimate_unpaired_ratio(b, a, result_.plan.confidence),
                                result_.plan.same_within));
  }

  static Standing blast_radius(const ShapeValues& a, const ShapeValues& b) {
    if (!a.lost_most || !b.lost_most || *a.lost_most == *b.lost_most) {
      return Standing::no_sure_difference;
    }
    return *a.lost_most < *b.lost_most ? Standing::better : Standing::worse;
  }

  [[nodiscard]] Standing recovery(const ShapeValues& a, const ShapeValues& b) const {
    const bool a_did = !a.recovery_ns.empty();
    const bool b_did = !b.recovery_ns.empty();
    if (a_did != b_did && a.lost_most && b.lost_most) {
      return a_did ? Standing::better : Standing::worse;
    }
    return less_is_better(a.recovery_ns, b.recovery_ns);
  }

  const ExperimentResult& result_;
  std::vector<ShapeValues> values_;
};

}  // namespace

std::vector<std::uint32_t> ShapeFront::front() const {
  std::vector<std::uint32_t> modes;
  for (std::uint32_t mode = 0; mode < dominated_by.size(); ++mode) {
    if (dominated_by[mode].empty()) modes.push_back(mode);
  }
  return modes;
}

bool dominates(const Standing (&standings)[shape_respects]) noexcept {
  const auto is = [&standings](Standing wanted) {
    return std::find(std::begin(standings), std::end(standings), wanted) != std::end(standings);
  };
  return is(Standing::better) && !is(Standing::worse);
}

ShapeFront find_front(const ExperimentResult& result) {
  const Comparer comparer(result);
  const auto modes = static_cast<std::uint32_t>(result.plan.modes.size());
  ShapeFront front;
  front.dominated_by.resize(modes);
  for (std::uint32_t mode = 0; mode < modes; ++mode) {
    for (std::uint32_t other = 0; other < modes; ++other) {
      if (other != mode && comparer.dominates_mode(other, mode)) {
        front.dominated_by[mode].push_back(other);
      }
    }
  }
  return front;
}

}  // namespace bulkhead

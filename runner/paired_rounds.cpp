#include "runner/paired_rounds.hpp"

#include <map>

#include "ipc/clock.hpp"
#include "runner/statistics/interval.hpp"

namespace bulkhead {
namespace {

std::map<std::uint32_t, double> by_round(const std::vector<TrialRecord>& trials,
                                         TrialNumber number_of, std::uint32_t mode) {
  std::map<std::uint32_t, double> numbers;
  for (const TrialRecord& trial : trials) {
    if (trial.id.mode != mode || trial.id.with_faults) continue;
    if (trial.status != TrialStatus::completed) continue;
    const std::optional<double> number = number_of(trial);
    if (number && *number > 0) numbers[trial.id.round] = *number;
  }
  return numbers;
}

}  // namespace

std::optional<double> throughput(const TrialRecord& trial) {
  const WindowRecord* window = trial.window();
  if (trial.status != TrialStatus::completed || window == nullptr || window->operations == 0 ||
      window->length_ns() <= 0) {
    return std::nullopt;
  }
  return static_cast<double>(window->operations) * static_cast<double>(ns_per_second) /
         static_cast<double>(window->length_ns());
}

std::vector<double> throughputs(const std::vector<TrialRecord>& trials, std::uint32_t mode) {
  std::vector<double> rates;
  for (const auto& [round, rate] : by_round(trials, throughput, mode)) rates.push_back(rate);
  return rates;
}

PairedRounds paired_rounds(const std::vector<TrialRecord>& trials, TrialNumber number,
                           std::uint32_t baseline_mode, std::uint32_t candidate_mode) {
  PairedRounds pairs;
  const std::map<std::uint32_t, double> candidates = by_round(trials, number, candidate_mode);
  for (const auto& [round, value] : by_round(trials, number, baseline_mode)) {
    const auto candidate = candidates.find(round);
    if (candidate == candidates.end()) continue;
    pairs.baseline.push_back(value);
    pairs.candidate.push_back(candidate->second);
  }
  return pairs;
}

bool throughput_precise_enough(std::span<const double> values, double confidence,
                               double precision) {
  if (values.empty()) return false;
  const auto interval = median_interval(values, confidence);
  const double middle = median(values);
  return interval && interval->high - middle <= precision * middle &&
         middle - interval->low <= precision * middle;
}

}  // namespace bulkhead

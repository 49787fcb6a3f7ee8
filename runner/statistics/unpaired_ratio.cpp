#include "runner/statistics/unpaired_ratio.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "runner/statistics/rank_sum.hpp"

namespace bulkhead {
namespace {

std::vector<double> logarithms(std::span<const double> values) {
  std::vector<double> logs;
  logs.reserve(values.size());
  for (const double value : values) {
    assert(std::isfinite(value) && value > 0);
    logs.push_back(std::log(value));
  }
  return logs;
}

}  // namespace

RatioEstimate estimate_unpaired_ratio(std::span<const double> before, std::span<const double> after,
                                      double confidence) {
  assert(!before.empty() && !after.empty());
  assert(0 < confidence && confidence < 1);
  std::vector<double> differences;
  differences.reserve(before.size() * after.size());
  const std::vector<double> old_logs = logarithms(before);
  for (const double log : logarithms(after)) {
    for (const double old_log : old_logs) differences.push_back(log - old_log);
  }
  RatioEstimate estimate{std::exp(median(differences)), std::nullopt,
                         std::min(before.size(), after.size()), confidence};
  if (const auto trim = rank_sum_trim(before.size(), after.size(), confidence)) {
    const Interval range = trimmed_range(std::move(differences), *trim);
    estimate.interval = Interval{std::exp(range.low), std::exp(range.high), range.confidence};
  }
  return estimate;
}

}  // namespace bulkhead

#include "runner/statistics/ratio.hpp"

#include <cassert>
#include <cmath>
#include <utility>
#include <vector>

#include "runner/statistics/signed_rank.hpp"

namespace bulkhead {
namespace {

bool is_rate(double rate) {
  return std::isfinite(rate) && rate > 0;
}

// The difference of logarithms, and not the logarithm of the quotient, changes nothing but its sign
// when the sides are swapped.
std::vector<double> log_ratios(std::span<const double> baseline,
                               std::span<const double> candidate) {
  std::vector<double> ratios;
  ratios.reserve(baseline.size());
  for (std::size_t round = 0; round < baseline.size(); ++round) {
    assert(is_rate(baseline[round]) && is_rate(candidate[round]));
    ratios.push_back(std::log(candidate[round]) - std::log(baseline[round]));
  }
  return ratios;
}

// The Walsh averages: the mean of each pair, and of each value with itself.
std::vector<double> pairwise_means(std::span<const double> values) {
  std::vector<double> means;
  means.reserve(values.size() * (values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) means.push_back((values[i] + values[j]) / 2);
  }
  return means;
}

}  // namespace

RatioEstimate estimate_ratio(std::span<const double> baseline, std::span<const double> candidate,
                             double confidence) {
  assert(baseline.size() == candidate.size());
  assert(!baseline.empty());
  assert(0 < confidence && confidence < 1);
  const std::size_t rounds = baseline.size();
  std::vector<double> means = pairwise_means(log_ratios(baseline, candidate));
  RatioEstimate estimate{std::exp(median(means)), std::nullopt, rounds, confidence};
  if (const auto trim = signed_rank_trim(rounds, confidence)) {
    const Interval range = trimmed_range(std::move(means), *trim);
    estimate.interval = Interval{std::exp(range.low), std::exp(range.high), range.confidence};
  }
  return estimate;
}

double corrected_confidence(double confidence, std::size_t comparisons) {
  assert(0 < confidence && confidence < 1);
  assert(comparisons >= 1);
  return 1 - (1 - confidence) / static_cast<double>(comparisons);
}

}  // namespace bulkhead

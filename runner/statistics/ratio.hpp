// How much faster the candidate is than the baseline, from rounds that measured both one after the
// other. For whoever compares two modes. Pure functions; they never decide what the ratio means
// (verdict.hpp does). Formulas, sources and assumptions are in docs/statistics.md.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "runner/statistics/interval.hpp"

namespace bulkhead {

// A ratio of throughputs: 1.25 says that the candidate does 25 % more in the same time.
struct RatioEstimate {
  double ratio;
  std::optional<Interval> interval;  // with the achieved confidence; none with too few rounds
  std::size_t rounds;
  double confidence;  // as asked for
};

// Compares round by round, so that what slows both in a round cancels. The ratio is the exponential
// of the Hodges-Lehmann estimate of the log ratios; the interval inverts the Wilcoxon signed-rank
// test, exact up to 60 rounds. Swapping the two sides inverts ratio and interval.
// Requires spans of one length, at least 1; index = round; finite rates above 0, in one unit;
// 0 < confidence < 1. Takes time and memory of the order of rounds^2 (4 MB for 1000 rounds).
RatioEstimate estimate_ratio(std::span<const double> baseline, std::span<const double> candidate,
                             double confidence);

// The confidence to ask of each comparison, so that all of them together are right with at least
// the given one (Bonferroni). Requires 0 < confidence < 1, comparisons >= 1.
double corrected_confidence(double confidence, std::size_t comparisons);

}  // namespace bulkhead

// The null distribution of Wilcoxon's signed-rank statistic W: the sum of those of the ranks 1..n
// that carry a plus sign, when each sign is a fair coin. For estimate_ratio and its tests; pure.
// Formulas and sources are in docs/statistics.md.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "runner/statistics/trim.hpp"

namespace bulkhead {

// Up to here the distribution is exact, beyond it is approximated by the normal one.
inline constexpr std::size_t signed_rank_exact_limit = 60;

// probabilities[n (n + 1) / 2 + 1], index w = P(W = w). Requires n <= signed_rank_exact_limit.
std::vector<double> signed_rank_probabilities(std::size_t n);

// How many of the n (n + 1) / 2 ordered pairwise means to leave out at each end, to keep at least
// the asked confidence: the critical value of the two-sided test at level 1 - confidence.
// Requires n >= 1, 0 < confidence < 1. Returns nothing if n is too small for the confidence.
std::optional<Trim> signed_rank_trim(std::size_t n, double confidence);

}  // namespace bulkhead

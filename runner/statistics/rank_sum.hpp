// The null distribution of the Mann-Whitney statistic U: of the pairs of a value of the one sample
// (m) with a value of the other (n), how many have the larger one in the second, when both come
// from one distribution. For estimate_unpaired_ratio and its tests; pure. Formulas and sources are
// in docs/statistics.md.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "runner/statistics/trim.hpp"

namespace bulkhead {

// Up to m + n of this many the distribution is exact, beyond it is approximated by the normal one.
inline constexpr std::size_t rank_sum_exact_limit = 60;

// probabilities[m n + 1], index u = P(U = u). Requires m, n >= 1, m + n <= rank_sum_exact_limit.
std::vector<double> rank_sum_probabilities(std::size_t m, std::size_t n);

// How many of the m n ordered differences to leave out at each end, to keep at least the asked
// confidence. Requires m, n >= 1, 0 < confidence < 1. Returns nothing if there are too few values.
std::optional<Trim> rank_sum_trim(std::size_t m, std::size_t n, double confidence);

}  // namespace bulkhead

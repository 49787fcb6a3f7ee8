// From the null distribution of a symmetric statistic to a confidence interval between two ordered
// values: the arithmetic that the sign test (median) and the signed-rank test (ratio) share. For
// the files of this folder. It never looks at what the values mean.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "runner/statistics/interval.hpp"

namespace bulkhead {

// How many ordered values to leave out at each end, and the confidence of what remains between
// them.
struct Trim {
  std::size_t each_end;
  double confidence;
};

// Whether two tails of this probability leave the confidence asked for. The slack of 1e-9 of the
// tail keeps rounding from refusing a confidence that is reached exactly, as 93.75 % of 5 values.
inline bool reaches(double lower_tail, double confidence) {
  return 2 * lower_tail <= (1 - confidence) * (1 + 1e-9);
}

// The narrowest interval of at least the asked confidence, for a statistic S that counts the
// ordered values above the true one: leaving out k at each end is wrong when S <= k or, as
// probable, at the other end, so the confidence is 1 - 2 P(S <= k). Requires 0 < confidence < 1;
// lower_tail(k) = P(S <= k), not falling, asked for k < limit only. Returns nothing if even the
// widest interval (k = 0) is not sure enough.
template <class LowerTail>
std::optional<Trim> deepest_trim(double confidence, std::size_t limit, LowerTail lower_tail) {
  std::size_t passing = 0;  // each k below passes
  std::size_t failing = limit;
  while (passing < failing) {
    const std::size_t k = passing + (failing - passing) / 2;
    if (reaches(lower_tail(k), confidence)) {
      passing = k + 1;
    } else {
      failing = k;
    }
  }
  if (passing == 0) return std::nullopt;
  return Trim{passing - 1, 1 - 2 * lower_tail(passing - 1)};
}

// The interval that remains of the values after the trim. Requires 2 * trim.each_end < size.
// Takes the values by copy since finding the two ends reorders them.
Interval trimmed_range(std::vector<double> values, const Trim& trim);

}  // namespace bulkhead

// Medians, quantiles and the confidence interval of a median, for anyone who turns repeated
// measurements into a number with its uncertainty. Pure functions of the values given: they may be
// called from any thread, keep nothing, and assume no distribution. The formulas and their sources
// are in docs/statistics.md.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace bulkhead {

// A closed interval, and the probability with which such an interval covers the true value.
struct Interval {
  double low;
  double high;
  double confidence;

  bool contains(double value) const { return low <= value && value <= high; }
};

// The q-quantile by linear interpolation between the ordered values x[0..n-1] at position (n - 1)
// q: definition 7 of Hyndman and Fan, the default of R and NumPy. Requires a value at least, no
// NaN, 0 <= q <= 1. The order of the values does not matter.
double quantile(std::span<const double> values, double q);

// The middle value, or the mean of the two middle ones. Requires what quantile requires.
double median(std::span<const double> values);

// The narrowest interval between two ordered values, as many from each end, that covers the median
// of the distribution the values came from with at least the asked confidence. Exact for every
// continuous distribution, on the safe side for others.
// Requires 0 < confidence < 1, no NaN. Returns the achieved confidence in the interval, and nothing
// if there are too few values for the asked one.
std::optional<Interval> median_interval(std::span<const double> values, double confidence);

// The smallest number of values (rounds) from which an interval of this confidence can be had, the
// same for median_interval and for estimate_ratio: 6 for 95 %. Requires 0 < confidence < 1.
std::size_t smallest_sample(double confidence);

}  // namespace bulkhead

// How much larger the values of one set of trials are than those of another that was taken at
// another time, so that no trial of one has a partner in the other. For whoever compares stored
// results; inside a run the sharper estimate_ratio is right. Pure. Formulas, sources and
// assumptions are in docs/statistics.md.
#pragma once

#include <span>

#include "runner/statistics/ratio.hpp"

namespace bulkhead {

// The ratio is the exponential of the Hodges-Lehmann estimate of the shift of the logarithms: the
// median of all differences; the interval inverts the Mann-Whitney test, exact up to 60 values
// together. RatioEstimate::rounds is the size of the smaller set. Swapping the sides inverts ratio
// and interval. Requires at least one finite value above 0 on each side, in one unit;
// 0 < confidence < 1. Takes time and memory of the order of the product of the sizes.
RatioEstimate estimate_unpaired_ratio(std::span<const double> before, std::span<const double> after,
                                      double confidence);

}  // namespace bulkhead

#include "runner/statistics/steady.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace bulkhead {

SteadyDetector::SteadyDetector(std::size_t slice_count, double tolerance)
    : last_(slice_count, 0.0), tolerance_(tolerance) {
  assert(slice_count >= 2);
  assert(tolerance >= 0);
}

void SteadyDetector::add(double rate) {
  assert(std::isfinite(rate) && rate >= 0);
  last_[next_++ % last_.size()] = rate;
}

bool SteadyDetector::steady() const {
  // The ring starts filled with zeros, so a slice still missing counts as one of rate zero.
  const auto [min, max] = std::minmax_element(last_.begin(), last_.end());
  if (*min <= 0) return false;
  const double mean =
      std::accumulate(last_.begin(), last_.end(), 0.0) / static_cast<double>(last_.size());
  return *max - *min <= tolerance_ * mean;
}

}  // namespace bulkhead

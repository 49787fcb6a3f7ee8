// Percentiles of what a workload's own histograms hold.
#pragma once

#include <cmath>
#include <cstdint>

#include "ipc/histogram.hpp"

namespace bulkhead {

/// The value that so large a share of the samples does not exceed (nearest rank), in nanoseconds;
/// 0 when there are none. Off by 1/32 at most, as the histogram is.
[[nodiscard]] inline double percentile_ns(const LatencyHistogram::Counts& counts,
                                          double share) noexcept {
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) total += count;
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total)));
  std::uint64_t below = 0;
  for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
    below += counts[bucket];
    if (total != 0 && below >= rank) return static_cast<double>(LatencyHistogram::upper_ns(bucket));
  }
  return 0;
}

}  // namespace bulkhead

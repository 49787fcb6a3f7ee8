// Percentiles of values that were counted into buckets, as latencies are. For summaries; the
// histogram itself lives elsewhere and lends its counts. Pure, header only.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>

namespace bulkhead {

// The 1-based position, among `count` ordered values, of the smallest one with at least the share q
// at or below it. Requires count >= 1, 0 <= q <= 1; exact for counts below 2^40.
inline std::uint64_t percentile_rank(std::uint64_t count, double q) {
  assert(count >= 1);
  assert(0 <= q && q <= 1);
  // 0.07 * 100 comes out above 7 and would be rounded up to 8; a q one step smaller does not, and
  // no share that anyone writes down falls between the two (after HdrHistogram).
  const double rank = std::ceil(std::nextafter(q, 0.0) * static_cast<double>(count));
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1, count);
}

// The upper value of the bucket that holds the q-quantile (0.99 = p99), so at least the share q of
// the values is at or below the answer. q = 0 asks for the bucket of the smallest value.
//
// counts[buckets], index = bucket, ascending in value; upper(index) = largest value of the bucket.
// Requires 0 <= q <= 1. Returns nothing for a histogram without values: there is no latency of
// operations that did not happen, and 0 would look like a good one.
template <std::invocable<std::size_t> UpperBound>
std::optional<std::uint64_t> percentile(std::span<const std::uint64_t> counts, double q,
                                        UpperBound upper) {
  const std::uint64_t total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (total == 0) return std::nullopt;
  const std::uint64_t rank = percentile_rank(total, q);
  std::size_t bucket = 0;
  for (std::uint64_t seen = counts[0]; seen < rank; seen += counts[bucket]) ++bucket;
  assert(bucket < counts.size());
  return upper(bucket);
}

}  // namespace bulkhead

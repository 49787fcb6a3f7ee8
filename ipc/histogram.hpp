// Latency histogram in shared memory: log-linear buckets after HdrHistogram (Tene).
//
// counts[1184], index = bucket, unit = samples. Values are nanoseconds; below 32 each has its own
// bucket, above that every power of two is cut into 32, so the worst relative error is 1/32 (3.1
// %). Values above 2^41 ns (36 minutes) land in the last bucket.
//
// One writer (the worker that owns the slot); any process reads. Counts only grow, so the samples
// of a window are the difference of two snapshots.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bulkhead {

class LatencyHistogram {
 public:
  static constexpr unsigned sub_bucket_bits = 5;
  static constexpr std::uint64_t sub_bucket_count = 1u << sub_bucket_bits;
  static constexpr unsigned largest_exponent = 40;
  static constexpr std::size_t bucket_count =
      (largest_exponent - sub_bucket_bits) * sub_bucket_count + 2 * sub_bucket_count;

  using Counts = std::array<std::uint64_t, bucket_count>;

  [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t ns) noexcept {
    if (ns < sub_bucket_count) return ns;
    const auto exponent = static_cast<unsigned>(std::bit_width(ns)) - 1;
    if (exponent > largest_exponent) return bucket_count - 1;
    const unsigned shift = exponent - sub_bucket_bits;
    return shift * sub_bucket_count + (ns >> shift);
  }

  /// The largest value that falls into the bucket, in nanoseconds.
  [[nodiscard]] static constexpr std::uint64_t upper_ns(std::size_t bucket) noexcept {
    if (bucket < sub_bucket_count) return bucket;
    const auto shift = static_cast<unsigned>(bucket / sub_bucket_count) - 1;
    const std::uint64_t mantissa = bucket % sub_bucket_count + sub_bucket_count;
    return ((mantissa + 1) << shift) - 1;
  }

  /// Owner only.
  void record(std::uint64_t ns) noexcept {
    std::atomic<std::uint64_t>& count = counts_[bucket_of(ns)];
    // A single writer needs no atomic add; relaxed, since nothing is ordered by a count.
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  /// Adds the present counts to `sum`. Any process.
  void add_to(Counts& sum) const noexcept {
    for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
      sum[bucket] += counts_[bucket].load(std::memory_order_relaxed);
    }
  }

 private:
  std::array<std::atomic<std::uint64_t>, bucket_count> counts_{};
};

}  // namespace bulkhead

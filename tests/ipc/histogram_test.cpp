#include "ipc/histogram.hpp"

#include <memory>

#include "tests/catch.hpp"

using namespace bulkhead;

TEST_CASE("a latency falls into a bucket whose upper value is at most 1/32 above it",
          "[histogram]") {
  for (std::uint64_t ns = 1; ns < (std::uint64_t{1} << 40); ns += 1 + ns / 7) {
    const std::uint64_t upper = LatencyHistogram::upper_ns(LatencyHistogram::bucket_of(ns));
    REQUIRE(upper >= ns);
    REQUIRE(upper - ns <= ns / 32);
  }
}

TEST_CASE("buckets follow one another without gap or overlap", "[histogram]") {
  for (std::size_t bucket = 0; bucket + 1 < LatencyHistogram::bucket_count; ++bucket) {
    const std::uint64_t upper = LatencyHistogram::upper_ns(bucket);
    REQUIRE(LatencyHistogram::bucket_of(upper) == bucket);
    REQUIRE(LatencyHistogram::bucket_of(upper + 1) == bucket + 1);
  }
}

TEST_CASE("a latency beyond the last bucket is counted there and not lost", "[histogram]") {
  const auto histogram = std::make_unique<LatencyHistogram>();
  histogram->record(~std::uint64_t{0});
  LatencyHistogram::Counts counts{};
  histogram->add_to(counts);
  REQUIRE(counts.back() == 1);
}

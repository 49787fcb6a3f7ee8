#include "ipc/percentile.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/catch.hpp"

using bulkhead::percentile;
using bulkhead::percentile_rank;

namespace {

using Counts = std::vector<std::uint64_t>;

// Buckets of ten: 0..9, 10..19, and so on.
std::uint64_t upper_of_ten(std::size_t index) {
  return index * 10 + 9;
}

}  // namespace

TEST_CASE("a percentile is the upper value of the bucket that holds it", "[statistics]") {
  const Counts counts{50, 40, 9, 1};
  CHECK(percentile(counts, 0.50, upper_of_ten) == 9);
  CHECK(percentile(counts, 0.90, upper_of_ten) == 19);
  CHECK(percentile(counts, 0.99, upper_of_ten) == 29);
  CHECK(percentile(counts, 1.00, upper_of_ten) == 39);
}

TEST_CASE("a share a little above a bucket's falls into the next bucket", "[statistics]") {
  const Counts counts{50, 40, 9, 1};
  CHECK(percentile(counts, 0.5001, upper_of_ten) == 19);
  CHECK(percentile(counts, 0.9901, upper_of_ten) == 39);
}

TEST_CASE("empty buckets are passed over", "[statistics]") {
  const Counts counts{0, 0, 1, 0, 1, 0};
  CHECK(percentile(counts, 0.0, upper_of_ten) == 29);
  CHECK(percentile(counts, 0.5, upper_of_ten) == 29);
  CHECK(percentile(counts, 1.0, upper_of_ten) == 49);
}

TEST_CASE("a histogram without values has no percentile", "[statistics]") {
  CHECK_FALSE(percentile(Counts{0, 0, 0}, 0.5, upper_of_ten));
  CHECK_FALSE(percentile(Counts{}, 0.5, upper_of_ten));
}

TEST_CASE("a single value is every percentile", "[statistics]") {
  const Counts counts{0, 1};
  for (const double q : {0.0, 0.01, 0.5, 0.999, 1.0}) {
    CAPTURE(q);
    CHECK(percentile(counts, q, upper_of_ten) == 19);
  }
}

TEST_CASE("a share that no double holds exactly is not rounded up to the next value",
          "[statistics]") {
  CHECK(percentile_rank(100, 0.07) == 7);
  CHECK(percentile_rank(100, 0.29) == 29);
  CHECK(percentile_rank(1000, 0.999) == 999);
}

TEST_CASE("the rank of a share is what whole numbers give", "[statistics]") {
  REQUIRE(rc::check([] {
    const auto count = *rc::gen::inRange<std::uint64_t>(1, std::uint64_t{1} << 40);
    const auto mills = *rc::gen::inRange<std::uint64_t>(0, 1001);
    const std::uint64_t rank = (mills * count + 999) / 1000;
    RC_ASSERT(percentile_rank(count, static_cast<double>(mills) / 1000) ==
              std::max<std::uint64_t>(rank, 1));
  }));
}

TEST_CASE("a percentile of buckets is the bucket of the percentile of the values", "[statistics]") {
  REQUIRE(rc::check([] {
    auto values = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, 200)));
    const double q = *rc::gen::inRange(0, 101) / 100.0;
    Counts counts(20, 0);
    for (const std::uint64_t value : values) ++counts[value / 10];
    std::sort(values.begin(), values.end());
    const std::uint64_t value = values[percentile_rank(values.size(), q) - 1];
    RC_ASSERT(percentile(counts, q, upper_of_ten) == upper_of_ten(value / 10));
  }));
}

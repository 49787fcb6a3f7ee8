#include "runner/statistics/interval.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tests/catch.hpp"

using bulkhead::Interval;
using bulkhead::median;
using bulkhead::median_interval;
using bulkhead::quantile;
using bulkhead::smallest_sample;

namespace {

// The values 1..n, so that an end of an interval names its place in the order.
std::vector<double> places(int n) {
  std::vector<double> values;
  for (int value = n; value >= 1; --value) values.push_back(value);
  return values;
}

// The share of skewed samples of size n whose interval covers the median of their distribution,
// which is exp(0) for this log-normal one.
double coverage(std::size_t n, double confidence) {
  constexpr int samples = 2000;
  std::mt19937_64 random(20240501);
  std::lognormal_distribution<double> skewed(0, 1);
  int covered = 0;
  for (int sample = 0; sample < samples; ++sample) {
    std::vector<double> values(n);
    for (double& value : values) value = skewed(random);
    if (median_interval(values, confidence)->contains(1)) ++covered;
  }
  return static_cast<double>(covered) / samples;
}

}  // namespace

TEST_CASE("an interval contains its two ends and what lies between", "[statistics]") {
  const Interval interval{1, 2, 0.95};
  CHECK(interval.contains(1));
  CHECK(interval.contains(1.5));
  CHECK(interval.contains(2));
}

TEST_CASE("an interval does not contain what lies beyond its ends", "[statistics]") {
  const Interval interval{1, 2, 0.95};
  CHECK_FALSE(interval.contains(std::nextafter(1, 0)));
  CHECK_FALSE(interval.contains(std::nextafter(2, 3)));
}

TEST_CASE("the median of an odd number of values is the middle one, in whatever order",
          "[statistics]") {
  CHECK(median(std::vector<double>{9, 1, 5}) == 5);
  CHECK(median(std::vector<double>{7}) == 7);
}

TEST_CASE("the median of an even number of values is the mean of the middle two", "[statistics]") {
  CHECK(median(std::vector<double>{8, 1, 2, 5}) == 3.5);
}

TEST_CASE("quantiles agree with definition 7 of Hyndman and Fan", "[statistics]") {
  // R's default: quantile(1:10, c(.1, .25, .5, .9)) prints 1.90 3.25 5.50 9.10.
  const std::vector<double> values = places(10);
  CHECK(quantile(values, 0.10) == Approx(1.90));
  CHECK(quantile(values, 0.25) == Approx(3.25));
  CHECK(quantile(values, 0.50) == Approx(5.50));
  CHECK(quantile(values, 0.90) == Approx(9.10));
}

TEST_CASE("the outermost quantiles are the smallest and the largest value", "[statistics]") {
  CHECK(quantile(places(10), 0) == 1);
  CHECK(quantile(places(10), 1) == 10);
}

TEST_CASE("a quantile is what sorting and interpolating gives", "[statistics]") {
  REQUIRE(rc::check([] {
    const auto numbers =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-1000, 1000)));
    const double q = *rc::gen::inRange(0, 101) / 100.0;
    std::vector<double> values(numbers.begin(), numbers.end());
    const double result = quantile(values, q);
    std::sort(values.begin(), values.end());
    const double position = static_cast<double>(values.size() - 1) * q;
    const auto below = static_cast<std::size_t>(std::floor(position));
    const auto above = static_cast<std::size_t>(std::ceil(position));
    const double part = position - std::floor(position);
    RC_ASSERT(std::abs(result - (values[below] * (1 - part) + values[above] * part)) < 1e-9);
  }));
}

TEST_CASE("five values give no interval of 95 % for the median", "[statistics]") {
  CHECK_FALSE(median_interval(places(5), 0.95));
}

TEST_CASE("no values give no interval for the median", "[statistics]") {
  CHECK_FALSE(median_interval({}, 0.5));
}

TEST_CASE("six values give an interval of 96.9 % where 95 % were asked", "[statistics]") {
  const auto interval = median_interval(places(6), 0.95);
  REQUIRE(interval);
  CHECK(interval->low == 1);
  CHECK(interval->high == 6);
  CHECK(interval->confidence == Approx(0.96875));
}

TEST_CASE("a confidence that is reached exactly is granted", "[statistics]") {
  const auto interval = median_interval(places(5), 0.9375);
  REQUIRE(interval);
  CHECK(interval->confidence == Approx(0.9375));
}

TEST_CASE("asking for the achieved confidence yields the same interval", "[statistics]") {
  for (int n = 6; n <= 300; ++n) {
    CAPTURE(n);
    const auto interval = median_interval(places(n), 0.95);
    REQUIRE(interval);
    const auto again = median_interval(places(n), interval->confidence);
    REQUIRE(again);
    REQUIRE(again->low == interval->low);
  }
}

TEST_CASE("a confidence that is missed by a little is refused", "[statistics]") {
  CHECK_FALSE(median_interval(places(5), 0.93751));
}

TEST_CASE("the interval for the median agrees with published tables", "[statistics]") {
  // Order statistics and achieved confidence in percent of "Confidence intervals for the population
  // median", table A.7 of a statistics textbook (coursehero.com/file/5646626/A7).
  struct Row {
    int n;
    double asked;
    double low, high;
    double percent;
  };
  const Row table[] = {{7, 0.95, 1, 7, 98.4},   {8, 0.95, 1, 8, 99.2},   {9, 0.95, 2, 8, 96.1},
                       {10, 0.95, 2, 9, 97.9},  {12, 0.95, 3, 10, 96.1}, {15, 0.95, 4, 12, 96.5},
                       {17, 0.95, 5, 13, 95.1}, {20, 0.95, 6, 15, 95.9}, {10, 0.99, 1, 10, 99.8},
                       {15, 0.99, 3, 13, 99.3}, {20, 0.99, 4, 17, 99.7}, {14, 0.80, 5, 10, 82.0},
                       {19, 0.80, 7, 13, 83.3}};
  for (const Row& row : table) {
    CAPTURE(row.n, row.asked);
    const auto interval = median_interval(places(row.n), row.asked);
    REQUIRE(interval);
    CHECK(interval->low == row.low);
    CHECK(interval->high == row.high);
    CHECK(interval->confidence * 100 == Approx(row.percent).margin(0.05));
  }
}

TEST_CASE("the interval for the median reproduces a published example", "[statistics]") {
  // R package statpsych, ci.median, after Snedecor and Cochran: 20.7, from 10.8 to 30.9.
  const std::vector<double> values{30.2, 20.4, 15.1, 10.2, 10.5, 60.8, 20.8, 25.0, 20.7, 30.9,
                                   10.8, 5.1,  50.9, 40.0, 20.9, 10.8, 0,    20.5, 50.8};
  CHECK(median(values) == 20.7);
  const auto interval = median_interval(values, 0.95);
  REQUIRE(interval);
  CHECK(interval->low == 10.8);
  CHECK(interval->high == 30.9);
}

TEST_CASE("the interval for the median of 10000 values neither overflows nor underflows",
          "[statistics]") {
  // The binomial's deviation is 50, so the ends lie 1.96 * 50 places from the middle, give or take
  // one place of rounding, and one place changes the confidence by less than 0.2 %.
  const auto interval = median_interval(places(10'000), 0.95);
  REQUIRE(interval);
  CHECK(interval->low == Approx(5000 - 98).margin(1));
  CHECK(interval->low + interval->high == 10'001);
  CHECK(interval->confidence >= 0.95);
  CHECK(interval->confidence < 0.952);
}

TEST_CASE("a low confidence keeps at least the middle of the values", "[statistics]") {
  REQUIRE(rc::check([] {
    const std::vector<double> values = places(*rc::gen::inRange(2, 200));
    const double confidence = *rc::gen::inRange(1, 50) / 100.0;
    const auto interval = median_interval(values, confidence);
    RC_ASSERT(interval.has_value());
    RC_ASSERT(interval->contains(median(values)));
    RC_ASSERT(interval->confidence >= confidence - 1e-9);
  }));
}

TEST_CASE("intervals for the median cover it as often as they claim, in skewed samples too",
          "[statistics]") {
  CHECK(coverage(7, 0.95) >= 0.94);
  CHECK(coverage(10, 0.95) >= 0.94);
  CHECK(coverage(15, 0.95) >= 0.94);
}

TEST_CASE("intervals of a low confidence miss the median as often as they admit", "[statistics]") {
  // 15 values, 50 % asked: places 6 to 10 of the order cover in 69.8 of 100 cases.
  CHECK(coverage(15, 0.5) == Approx(0.698).margin(0.03));
}

TEST_CASE("the smallest sample is the first size that yields an interval", "[statistics]") {
  CHECK(smallest_sample(0.50) == 2);
  CHECK(smallest_sample(0.95) == 6);
  CHECK(smallest_sample(0.99) == 8);
  CHECK(smallest_sample(0.999) == 11);
}

TEST_CASE("one value less than the smallest sample yields no interval", "[statistics]") {
  for (const double confidence : {0.6, 0.9, 0.9375, 0.95, 0.975, 0.99, 0.995, 0.9999}) {
    CAPTURE(confidence);
    const auto n = static_cast<int>(smallest_sample(confidence));
    CHECK(median_interval(places(n), confidence));
    CHECK_FALSE(median_interval(places(n - 1), confidence));
  }
}

#include "runner/statistics/ratio.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "runner/statistics/signed_rank.hpp"
#include "tests/catch.hpp"

using bulkhead::corrected_confidence;
using bulkhead::estimate_ratio;
using bulkhead::RatioEstimate;

namespace {

using Rates = std::vector<double>;

Rates scaled(Rates rates, double factor) {
  for (double& rate : rates) rate *= factor;
  return rates;
}

Rates exponentials(Rates values) {
  for (double& value : values) value = std::exp(value);
  return values;
}

bool close(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::abs(b);
}

// Rates of one to forty rounds, of baseline and candidate.
std::pair<Rates, Rates> any_rounds() {
  const auto rounds = *rc::gen::inRange<std::size_t>(1, 41);
  const auto rate = rc::gen::map(rc::gen::inRange(1, 1'000'000), [](int n) { return n / 100.0; });
  return {*rc::gen::container<Rates>(rounds, rate), *rc::gen::container<Rates>(rounds, rate)};
}

// Wilcoxon's W of the values minus `shift`, by ranking as in the textbook.
std::size_t signed_rank_statistic(Rates values, double shift) {
  for (double& value : values) value -= shift;
  std::sort(values.begin(), values.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  std::size_t w = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] > 0) w += i + 1;
  }
  return w;
}

// The share of comparisons whose interval covers the true ratio, both sides having skewed noise.
double coverage(std::size_t rounds, double ratio, int comparisons) {
  std::mt19937_64 random(4711);
  std::lognormal_distribution<double> noise(10, 0.3);
  int covered = 0;
  for (int i = 0; i < comparisons; ++i) {
    Rates baseline(rounds);
    Rates candidate(rounds);
    for (double& rate : baseline) rate = noise(random);
    for (double& rate : candidate) rate = ratio * noise(random);
    if (estimate_ratio(baseline, candidate, 0.95).interval->contains(ratio)) ++covered;
  }
  return static_cast<double>(covered) / comparisons;
}

}  // namespace

TEST_CASE("the ratio reproduces a published example of Hodges-Lehmann and its interval",
          "[statistics]") {
  // Hollander and Wolfe, Nonparametric Statistical Methods, chapter 3: depression scale IV of nine
  // patients, differences after - before. Estimate -0.46, 96.1 % interval from -0.786 to -0.010.
  const Rates differences{-0.952, 0.147, -1.022, -0.430, -0.620, -0.590, -0.490, 0.080, -0.010};
  const RatioEstimate estimate = estimate_ratio(Rates(9, 1.0), exponentials(differences), 0.95);
  CHECK(std::log(estimate.ratio) == Approx(-0.46));
  REQUIRE(estimate.interval);
  CHECK(std::log(estimate.interval->low) == Approx(-0.786));
  CHECK(std::log(estimate.interval->high) == Approx(-0.010));
  CHECK(estimate.interval->confidence == Approx(0.961).margin(0.0005));
  CHECK(estimate.rounds == 9);
}

TEST_CASE("six rounds give an interval of 96.9 % where 95 % were asked", "[statistics]") {
  const auto estimate = estimate_ratio(Rates{1, 1, 1, 1, 1, 1}, Rates{1, 2, 3, 4, 5, 6}, 0.95);
  REQUIRE(estimate.interval);
  CHECK(estimate.interval->low == Approx(1));
  CHECK(estimate.interval->high == Approx(6));
  CHECK(estimate.interval->confidence == Approx(0.96875));
  CHECK(estimate.confidence == 0.95);
}

TEST_CASE("five rounds give a ratio and no interval of 95 %", "[statistics]") {
  const auto estimate = estimate_ratio(Rates(5, 2.0), Rates(5, 3.0), 0.95);
  CHECK(estimate.ratio == Approx(1.5));
  CHECK_FALSE(estimate.interval);
}

TEST_CASE("one round gives its own ratio", "[statistics]") {
  CHECK(estimate_ratio(Rates{4}, Rates{5}, 0.95).ratio == Approx(1.25));
}

TEST_CASE("a constant ratio gives an interval without width", "[statistics]") {
  const Rates baseline{10, 400, 31, 7, 1e9, 0.02, 5};
  const auto estimate = estimate_ratio(baseline, scaled(baseline, 1.25), 0.95);
  CHECK(estimate.ratio == Approx(1.25).epsilon(1e-12));
  REQUIRE(estimate.interval);
  CHECK(estimate.interval->low == Approx(1.25).epsilon(1e-12));
  CHECK(estimate.interval->high == Approx(1.25).epsilon(1e-12));
}

TEST_CASE("equal rates give exactly the ratio 1", "[statistics]") {
  const Rates rates{10, 400, 31, 7, 1e9, 0.02, 5};
  const auto estimate = estimate_ratio(rates, rates, 0.95);
  CHECK(estimate.ratio == 1);
  REQUIRE(estimate.interval);
  CHECK(estimate.interval->low == 1);
  CHECK(estimate.interval->high == 1);
}

TEST_CASE("one wild round hardly moves the ratio", "[statistics]") {
  const Rates baseline{100, 101, 99, 100, 102, 98, 100, 101};
  Rates candidate = scaled(baseline, 2);
  candidate[3] = 1;
  CHECK(estimate_ratio(baseline, candidate, 0.95).ratio == Approx(2).epsilon(0.01));
}

TEST_CASE("the ratio and its interval do not depend on the unit of the rates", "[statistics]") {
  REQUIRE(rc::check([] {
    const auto [baseline, candidate] = any_rounds();
    const double unit = *rc::gen::inRange(1, 1'000'000) / 1000.0;
    const auto one = estimate_ratio(baseline, candidate, 0.9);
    const auto other = estimate_ratio(scaled(baseline, unit), scaled(candidate, unit), 0.9);
    RC_ASSERT(close(one.ratio, other.ratio));
    RC_ASSERT(one.interval.has_value() == other.interval.has_value());
    if (one.interval) {
      RC_ASSERT(close(one.interval->low, other.interval->low));
      RC_ASSERT(close(one.interval->high, other.interval->high));
    }
  }));
}

TEST_CASE("swapping baseline and candidate inverts the ratio and its interval", "[statistics]") {
  REQUIRE(rc::check([] {
    const auto [baseline, candidate] = any_rounds();
    const auto there = estimate_ratio(baseline, candidate, 0.9);
    const auto back = estimate_ratio(candidate, baseline, 0.9);
    RC_ASSERT(close(there.ratio, 1 / back.ratio));
    RC_ASSERT(there.interval.has_value() == back.interval.has_value());
    if (there.interval) {
      RC_ASSERT(close(there.interval->low, 1 / back.interval->high));
      RC_ASSERT(close(there.interval->high, 1 / back.interval->low));
    }
  }));
}

TEST_CASE("the ratio lies in its interval", "[statistics]") {
  REQUIRE(rc::check([] {
    const auto [baseline, candidate] = any_rounds();
    const auto estimate = estimate_ratio(baseline, candidate, *rc::gen::inRange(5, 100) / 100.0);
    if (estimate.interval) RC_ASSERT(estimate.interval->contains(estimate.ratio));
  }));
}

TEST_CASE("the interval holds just the ratios that the signed-rank test does not reject",
          "[statistics]") {
  std::mt19937_64 random(99);
  std::normal_distribution<double> difference(0.2, 1);
  std::uniform_real_distribution<double> hypothesis(-2, 2);
  for (std::size_t n = 6; n <= 24; ++n) {
    Rates differences(n);
    for (double& value : differences) value = difference(random);
    const auto interval = estimate_ratio(Rates(n, 1.0), exponentials(differences), 0.95).interval;
    REQUIRE(interval);
    const std::size_t critical = bulkhead::signed_rank_trim(n, 0.95)->each_end;
    for (int i = 0; i < 50; ++i) {
      const double shift = hypothesis(random);
      const std::size_t w = signed_rank_statistic(differences, shift);
      const bool rejected = w <= critical || n * (n + 1) / 2 - w <= critical;
      CAPTURE(n, shift, w);
      REQUIRE(interval->contains(std::exp(shift)) == !rejected);
    }
  }
}

TEST_CASE("intervals cover the true ratio as often as they claim", "[statistics]") {
  CHECK(coverage(6, 1.0, 2000) >= 0.94);
  CHECK(coverage(10, 1.3, 2000) >= 0.94);
  CHECK(coverage(20, 0.7, 2000) >= 0.94);
}

TEST_CASE("intervals by the normal approximation cover the true ratio as often as they claim",
          "[statistics]") {
  CHECK(coverage(70, 1.3, 1000) >= 0.935);
}

TEST_CASE("a thousand rounds give a narrow interval", "[statistics]") {
  Rates baseline(1000);
  Rates candidate(1000);
  std::mt19937_64 random(5);
  std::lognormal_distribution<double> noise(0, 0.1);
  for (double& rate : baseline) rate = noise(random);
  for (double& rate : candidate) rate = 1.5 * noise(random);
  const auto estimate = estimate_ratio(baseline, candidate, 0.95);
  REQUIRE(estimate.interval);
  // The log ratio's deviation is 0.1 sqrt(2), so the width is about 2 * 1.96 * 0.141 / sqrt(1000).
  CHECK(std::log(estimate.interval->high / estimate.interval->low) == Approx(0.0175).epsilon(0.15));
}

TEST_CASE("one comparison needs no correction of its confidence", "[statistics]") {
  CHECK(corrected_confidence(0.95, 1) == Approx(0.95));
}

TEST_CASE("several comparisons share the error allowed to one", "[statistics]") {
  CHECK(corrected_confidence(0.95, 5) == Approx(0.99));
  CHECK(corrected_confidence(0.90, 10) == Approx(0.99));
}

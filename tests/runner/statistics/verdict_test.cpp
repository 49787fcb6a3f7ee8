#include "runner/statistics/verdict.hpp"

#include <rapidcheck.h>

#include <cmath>
#include <optional>
#include <random>
#include <vector>

#include "tests/catch.hpp"

using bulkhead::estimate_ratio;
using bulkhead::Interval;
using bulkhead::judge;
using bulkhead::Judgement;
using bulkhead::max_more_rounds;
using bulkhead::precise_enough;
using bulkhead::RatioEstimate;
using bulkhead::SpeedVerdict;

namespace {

RatioEstimate estimate(double low, double ratio, double high, std::size_t rounds = 10) {
  return {ratio, Interval{low, high, 0.95}, rounds, 0.95};
}

RatioEstimate without_interval(std::size_t rounds, double confidence) {
  return {1.5, std::nullopt, rounds, confidence};
}

// The estimate as more_rounds imagines it after so many rounds more.
RatioEstimate after(const RatioEstimate& now, double more_rounds) {
  const auto rounds = static_cast<double>(now.rounds);
  const double shrink = std::sqrt(rounds / (rounds + more_rounds));
  const auto pulled = [&](double end) { return now.ratio * std::pow(end / now.ratio, shrink); };
  return estimate(pulled(now.interval->low), now.ratio, pulled(now.interval->high));
}

// The share of comparisons of ten rounds with 5 % of noise that end in faster or slower.
double share_of_differences(double true_ratio) {
  constexpr int comparisons = 2000;
  std::mt19937_64 random(31);
  std::lognormal_distribution<double> noise(0, 0.05);
  int differences = 0;
  for (int i = 0; i < comparisons; ++i) {
    std::vector<double> baseline(10);
    std::vector<double> candidate(10);
    for (double& rate : baseline) rate = noise(random);
    for (double& rate : candidate) rate = true_ratio * noise(random);
    const SpeedVerdict verdict = judge(estimate_ratio(baseline, candidate, 0.95), 0.01).verdict;
    if (verdict == SpeedVerdict::faster || verdict == SpeedVerdict::slower) ++differences;
  }
  return static_cast<double>(differences) / comparisons;
}

}  // namespace

TEST_CASE("an interval inside the margin means the same", "[statistics]") {
  const Judgement judgement = judge(estimate(0.99, 1.0, 1.004), 0.02);
  CHECK(judgement.verdict == SpeedVerdict::same);
  CHECK(judgement.within == Approx(1 / 0.99 - 1));
  CHECK(judgement.more_rounds == 0);
}

TEST_CASE("an interval that ends on the margin means the same", "[statistics]") {
  CHECK(judge(estimate(1 / 1.02, 1.0, 1.02), 0.02).verdict == SpeedVerdict::same);
}

TEST_CASE("an interval that ends beyond the margin does not mean the same", "[statistics]") {
  CHECK(judge(estimate(1 / 1.02, 1.0, 1.0201), 0.02).verdict == SpeedVerdict::cannot_tell);
  CHECK(judge(estimate(1 / 1.0201, 1.0, 1.02), 0.02).verdict == SpeedVerdict::cannot_tell);
}

TEST_CASE("a difference that is certain but inside the margin means the same", "[statistics]") {
  const Judgement judgement = judge(estimate(1.001, 1.002, 1.004), 0.02);
  CHECK(judgement.verdict == SpeedVerdict::same);
  CHECK(judgement.within == Approx(0.004));
}

TEST_CASE("an interval above 1 means faster", "[statistics]") {
  const Judgement judgement = judge(estimate(1.01, 1.1, 1.2), 0.02);
  CHECK(judgement.verdict == SpeedVerdict::faster);
  CHECK(judgement.within == 0);
  CHECK(judgement.more_rounds == 0);
}

TEST_CASE("an interval below 1 means slower", "[statistics]") {
  CHECK(judge(estimate(0.8, 0.9, 0.99), 0.02).verdict == SpeedVerdict::slower);
}

TEST_CASE("an interval that touches 1 cannot tell", "[statistics]") {
  CHECK(judge(estimate(1.0, 1.1, 1.2), 0.02).verdict == SpeedVerdict::cannot_tell);
  CHECK(judge(estimate(0.8, 0.9, 1.0), 0.02).verdict == SpeedVerdict::cannot_tell);
}

TEST_CASE("without a margin only the exact ratio 1 is the same", "[statistics]") {
  CHECK(judge(estimate(1, 1, 1), 0).verdict == SpeedVerdict::same);
  CHECK(judge(estimate(0.999, 1, 1.001), 0).verdict == SpeedVerdict::cannot_tell);
}

TEST_CASE("more rounds are asked until 1 is excluded when that is nearer", "[statistics]") {
  // The lower end has to come from 0.4 to 0.2 below the centre (in logarithms): four times as many.
  const auto now = estimate(std::exp(-0.2), std::exp(0.2), std::exp(0.6), 10);
  CHECK(static_cast<double>(judge(now, 0.01).more_rounds) == Approx(30).margin(1));
}

TEST_CASE("more rounds are asked until the interval fits the margin when that is nearer",
          "[statistics]") {
  // Both ends have to come from 0.3 to 0.1 of the centre: nine times as many.
  const auto now = estimate(std::exp(-0.3), 1.0, std::exp(0.3), 10);
  CHECK(static_cast<double>(judge(now, std::expm1(0.1)).more_rounds) == Approx(80).margin(1));
}

TEST_CASE("at least one more round is asked while nothing is decided", "[statistics]") {
  CHECK(judge(estimate(1.0, 1.1, 1.2), 0.02).more_rounds == 1);
}

TEST_CASE("the rounds asked are capped when no number of them would do", "[statistics]") {
  CHECK(judge(estimate(0.5, 1.0, 2.0), 0).more_rounds == max_more_rounds);
  CHECK(judge(estimate(0.5, 1.0, 2.0), 1e-6).more_rounds == max_more_rounds);
  CHECK(judge(estimate(0.5, 1.0, 1.0), 0).more_rounds == max_more_rounds);
}

TEST_CASE("the rounds asked would decide if the interval shrinks as assumed", "[statistics]") {
  REQUIRE(rc::check([] {
    // Both ends are beyond every margin tried, on either side of 1: nothing is decided yet.
    const double low = std::exp(-*rc::gen::inRange(100, 500) / 1000.0);
    const double high = std::exp(*rc::gen::inRange(100, 500) / 1000.0);
    const double ratio = low * std::pow(high / low, *rc::gen::inRange(0, 101) / 100.0);
    const double margin = *rc::gen::inRange(1, 100) / 1000.0;
    const auto now = estimate(low, ratio, high);
    const Judgement judgement = judge(now, margin);
    RC_ASSERT(judgement.verdict == SpeedVerdict::cannot_tell);
    if (judgement.more_rounds == max_more_rounds) return;
    const auto more = static_cast<double>(judgement.more_rounds);
    RC_ASSERT(judge(after(now, more + 0.01), margin).verdict != SpeedVerdict::cannot_tell);
    if (more == 1) return;
    RC_ASSERT(judge(after(now, more - 1.01), margin).verdict == SpeedVerdict::cannot_tell);
  }));
}

TEST_CASE("without an interval the rounds that are missing for one are asked", "[statistics]") {
  const Judgement judgement = judge(without_interval(2, 0.95), 0.02);
  CHECK(judgement.verdict == SpeedVerdict::cannot_tell);
  CHECK(judgement.more_rounds == 4);
  CHECK(judge(without_interval(5, 0.95), 0.02).more_rounds == 1);
  CHECK(judge(without_interval(5, 0.99), 0.02).more_rounds == 3);
}

TEST_CASE("swapping the sides swaps faster and slower and keeps the rest", "[statistics]") {
  REQUIRE(rc::check([] {
    const double low = *rc::gen::inRange(800, 1200) / 1000.0;
    const double high = low * (1 + *rc::gen::inRange(0, 200) / 1000.0);
    const double ratio = std::sqrt(low * high);
    // No end may lie on the margin, where rounding decides.
    const double margin = *rc::gen::inRange(0, 100) / 1000.0 + 0.00037;
    const Judgement there = judge(estimate(low, ratio, high), margin);
    const Judgement back = judge(estimate(1 / high, 1 / ratio, 1 / low), margin);
    RC_ASSERT((there.verdict == SpeedVerdict::same) == (back.verdict == SpeedVerdict::same));
    RC_ASSERT((there.verdict == SpeedVerdict::faster) == (back.verdict == SpeedVerdict::slower));
    RC_ASSERT((there.verdict == SpeedVerdict::slower) == (back.verdict == SpeedVerdict::faster));
    RC_ASSERT(std::abs(there.within - back.within) < 1e-12);
  }));
}

TEST_CASE("equal modes are called different in about one comparison of twenty at most",
          "[statistics]") {
  CHECK(share_of_differences(1.0) <= 0.06);
}

TEST_CASE("modes that differ by more than the noise are called different nearly always",
          "[statistics]") {
  CHECK(share_of_differences(1.15) >= 0.99);
}

TEST_CASE("an interval whose half width is within the precision is precise enough",
          "[statistics]") {
  CHECK(precise_enough(estimate(1.96, 2.0, 2.04), 0.0201));
}

TEST_CASE("an interval whose half width is beyond the precision is not precise enough",
          "[statistics]") {
  CHECK_FALSE(precise_enough(estimate(1.96, 2.0, 2.04), 0.0199));
}

TEST_CASE("an estimate without an interval is never precise enough", "[statistics]") {
  CHECK_FALSE(precise_enough(without_interval(5, 0.95), 1000));
}

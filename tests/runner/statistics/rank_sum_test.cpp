#include "runner/statistics/rank_sum.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "runner/statistics/unpaired_ratio.hpp"
#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// P(U = u) by going through every way of choosing the ranks of the first sample.
std::vector<double> by_enumeration(std::size_t m, std::size_t n) {
  std::vector<double> counts(m * n + 1, 0);
  std::vector<int> is_first(m + n, 0);
  std::fill(is_first.begin(), is_first.begin() + static_cast<std::ptrdiff_t>(m), 1);
  std::sort(is_first.begin(), is_first.end());
  double all = 0;
  do {
    std::size_t u = 0, firsts = 0;
    for (const int first : is_first) {
      if (first == 1) {
        ++firsts;
      } else {
        u += firsts;
      }
    }
    ++counts[u];
    ++all;
  } while (std::next_permutation(is_first.begin(), is_first.end()));
  for (double& count : counts) count /= all;
  return counts;
}

/// The share of intervals that hold the true ratio, with skewed noise on both sides.
double coverage(std::size_t m, std::size_t n, double ratio, int comparisons) {
  std::mt19937_64 random(4711);
  std::lognormal_distribution<double> noise(3, 0.4);
  int covered = 0;
  for (int i = 0; i < comparisons; ++i) {
    std::vector<double> before(m), after(n);
    for (double& value : before) value = noise(random);
    for (double& value : after) value = ratio * noise(random);
    const RatioEstimate estimate = estimate_unpaired_ratio(before, after, 0.95);
    covered += estimate.interval && estimate.interval->contains(ratio) ? 1 : 0;
  }
  return static_cast<double>(covered) / comparisons;
}

}  // namespace

TEST_CASE("the rank-sum distribution is that of all ways to choose the ranks", "[statistics]") {
  for (const auto& [m, n] : {std::pair<std::size_t, std::size_t>{1, 1}, {1, 5}, {3, 4}, {6, 5}}) {
    const auto expected = by_enumeration(m, n);
    const auto found = rank_sum_probabilities(m, n);
    REQUIRE(found.size() == expected.size());
    for (std::size_t u = 0; u < found.size(); ++u) CHECK(found[u] == Approx(expected[u]));
  }
}

TEST_CASE("the largest exact rank-sum distribution still sums to one and is symmetric",
          "[statistics]") {
  const auto found = rank_sum_probabilities(30, 30);
  CHECK(std::accumulate(found.begin(), found.end(), 0.0) == Approx(1));
  for (std::size_t u = 0; u < found.size(); ++u) {
    REQUIRE(found[u] == Approx(found[found.size() - 1 - u]));
  }
}

TEST_CASE("two samples of three can give no interval of 95 %, two of four can", "[statistics]") {
  // 2 / C(6, 3) = 10 %, and 2 / C(8, 4) = 2.9 %.
  CHECK_FALSE(rank_sum_trim(3, 3, 0.95));
  REQUIRE(rank_sum_trim(4, 4, 0.95));
  CHECK(rank_sum_trim(4, 4, 0.95)->each_end == 0);
  CHECK(rank_sum_trim(4, 4, 0.95)->confidence == Approx(1 - 2.0 / 70));
}

TEST_CASE("the critical values of the rank-sum test are those of the tables", "[statistics]") {
  // Two-sided 5 %: U <= 23 for 10 and 10, U <= 13 for 8 and 8, U <= 127 for 20 and 20.
  CHECK(rank_sum_trim(10, 10, 0.95)->each_end == 23);
  CHECK(rank_sum_trim(8, 8, 0.95)->each_end == 13);
  CHECK(rank_sum_trim(20, 20, 0.95)->each_end == 127);
}

TEST_CASE("swapping the sides inverts an unpaired ratio and its interval", "[statistics]") {
  const std::vector<double> before{1, 2, 4, 8, 9}, after{3, 5, 7, 11, 13, 17};
  const RatioEstimate there = estimate_unpaired_ratio(before, after, 0.9);
  const RatioEstimate back = estimate_unpaired_ratio(after, before, 0.9);
  CHECK(there.ratio == Approx(1 / back.ratio));
  REQUIRE(there.interval);
  CHECK(there.interval->low == Approx(1 / back.interval->high));
  CHECK(there.interval->high == Approx(1 / back.interval->low));
}

TEST_CASE("an unpaired interval holds the true ratio as often as it says", "[statistics]") {
  CHECK(coverage(7, 9, 1.3, 2000) > 0.935);
  CHECK(coverage(40, 45, 0.8, 400) > 0.92);
}

TEST_CASE("an unpaired interval does not hold a wrong ratio for ever", "[statistics]") {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> noise(3, 0.05);
  std::vector<double> before(20), after(20);
  for (double& value : before) value = noise(random);
  for (double& value : after) value = 1.2 * noise(random);
  const RatioEstimate estimate = estimate_unpaired_ratio(before, after, 0.95);
  REQUIRE(estimate.interval);
  CHECK_FALSE(estimate.interval->contains(1));
}

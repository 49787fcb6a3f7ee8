#include "runner/statistics/signed_rank.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include "tests/catch.hpp"

using bulkhead::signed_rank_exact_limit;
using bulkhead::signed_rank_probabilities;
using bulkhead::signed_rank_trim;
using bulkhead::smallest_sample;

namespace {

// Counts all 2^n ways to give the ranks 1..n a sign.
std::vector<double> probabilities_by_enumeration(unsigned n) {
  std::vector<double> probabilities(n * (n + 1) / 2 + 1, 0);
  for (unsigned signs = 0; signs < (1U << n); ++signs) {
    unsigned w = 0;
    for (unsigned rank = 1; rank <= n; ++rank) {
      if ((signs >> (rank - 1) & 1U) != 0) w += rank;
    }
    probabilities[w] += std::ldexp(1.0, -static_cast<int>(n));
  }
  return probabilities;
}

}  // namespace

TEST_CASE("the signed-rank distribution is that of all sign patterns", "[statistics]") {
  for (unsigned n = 0; n <= 12; ++n) {
    CAPTURE(n);
    CHECK(signed_rank_probabilities(n) == probabilities_by_enumeration(n));
  }
}

TEST_CASE("the signed-rank distribution sums to 1 and is symmetric up to its limit",
          "[statistics]") {
  const std::vector<double> probabilities = signed_rank_probabilities(signed_rank_exact_limit);
  CHECK(std::accumulate(probabilities.begin(), probabilities.end(), 0.0) == Approx(1));
  for (std::size_t w = 0; w < probabilities.size() / 2; ++w) {
    REQUIRE(probabilities[w] == Approx(probabilities[probabilities.size() - 1 - w]));
  }
}

TEST_CASE("the exact signed-rank trim is the published critical value of the two-sided test",
          "[statistics]") {
  // Two-sided 5 %, n = 6..60: OEIS A226330, after P. Mitic, The Mathematica Journal 6(3), 1996.
  const std::size_t critical[] = {
      0,   2,   3,   5,   8,   10,  13,  17,  21,  25,  29,  34,  40,  46,  52,  58,  65,  73,  81,
      89,  98,  107, 116, 126, 137, 147, 159, 170, 182, 195, 208, 221, 235, 249, 264, 279, 294, 310,
      327, 343, 361, 378, 396, 415, 434, 453, 473, 494, 514, 536, 557, 579, 602, 625, 648};
  std::size_t n = 6;
  for (const std::size_t value : critical) {
    CAPTURE(n);
    const auto trim = signed_rank_trim(n, 0.95);
    REQUIRE(trim);
    CHECK(trim->each_end == value);
    CHECK(trim->confidence >= 0.95);
    ++n;
  }
  CHECK(n == signed_rank_exact_limit + 1);
}

TEST_CASE("the approximated signed-rank trim stays within one of the published critical value",
          "[statistics]") {
  // The same source for n = 61 and 62.
  CHECK(std::abs(static_cast<double>(signed_rank_trim(61, 0.95)->each_end) - 672) <= 1);
  CHECK(std::abs(static_cast<double>(signed_rank_trim(62, 0.95)->each_end) - 697) <= 1);
}

TEST_CASE(
    "beyond the exact limit the signed-rank trim follows the normal curve, half a step further",
    "[statistics]") {
  // By hand for n = 61: mean 945.5, deviation 139.222, z = (672.5 - 945.5) / 139.222 = -1.9609, and
  // tables of the normal distribution give 2 * 0.024945 for the tails.
  const auto trim = signed_rank_trim(61, 0.95);
  REQUIRE(trim);
  CHECK(trim->each_end == 672);
  CHECK(trim->confidence == Approx(1 - 2 * 0.024945).margin(2e-5));
}

TEST_CASE("the signed-rank trim says which confidence it achieves", "[statistics]") {
  // Of nine pairs, W <= 5 has 10 of the 512 sign patterns.
  const auto trim = signed_rank_trim(9, 0.95);
  REQUIRE(trim);
  CHECK(trim->each_end == 5);
  CHECK(trim->confidence == Approx(1 - 20.0 / 512));
}

TEST_CASE("a sample of the smallest size for a confidence has a signed-rank trim", "[statistics]") {
  for (const double confidence : {0.6, 0.9, 0.9375, 0.95, 0.99, 0.9999}) {
    CAPTURE(confidence);
    CHECK(signed_rank_trim(smallest_sample(confidence), confidence));
  }
}

TEST_CASE("a sample one below the smallest size for a confidence has no signed-rank trim",
          "[statistics]") {
  for (const double confidence : {0.6, 0.9, 0.9375, 0.95, 0.99, 0.9999}) {
    CAPTURE(confidence);
    CHECK_FALSE(signed_rank_trim(smallest_sample(confidence) - 1, confidence));
  }
}

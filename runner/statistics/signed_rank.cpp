#include "runner/statistics/signed_rank.hpp"

#include <cassert>
#include <cmath>
#include <numbers>
#include <numeric>

namespace bulkhead {
namespace {

std::size_t rank_sum(std::size_t n) {
  return n * (n + 1) / 2;
}

std::optional<Trim> exact_trim(std::size_t n, double confidence) {
  std::vector<double> tails = signed_rank_probabilities(n);
  std::partial_sum(tails.begin(), tails.end(), tails.begin());
  return deepest_trim(confidence, (rank_sum(n) + 1) / 2,
                      [&tails](std::size_t k) { return tails[k]; });
}

// With the continuity correction: the whole number k stands for all below k + 1/2.
std::optional<Trim> normal_trim(std::size_t n, double confidence) {
  const double mean = static_cast<double>(rank_sum(n)) / 2;
  const double deviation = std::sqrt(mean * static_cast<double>(2 * n + 1) / 6);
  return deepest_trim(confidence, (rank_sum(n) + 1) / 2, [mean, deviation](std::size_t k) {
    const double z = (static_cast<double>(k) + 0.5 - mean) / deviation;
    return std::erfc(-z / std::numbers::sqrt2) / 2;
  });
}

}  // namespace

std::vector<double> signed_rank_probabilities(std::size_t n) {
  assert(n <= signed_rank_exact_limit);
  std::vector<double> probabilities(rank_sum(n) + 1, 0);
  probabilities[0] = 1;
  // Rank by rank: it joins the sum or not, with one half each. Downwards, so that the element
  // `rank` below is still the one of the ranks before.
  for (std::size_t rank = 1; rank <= n; ++rank) {
    for (std::size_t w = rank_sum(rank); w >= rank; --w) {
      probabilities[w] = (probabilities[w] + probabilities[w - rank]) / 2;
    }
    for (std::size_t w = 0; w < rank; ++w) probabilities[w] /= 2;
  }
  return probabilities;
}

std::optional<Trim> signed_rank_trim(std::size_t n, double confidence) {
  assert(n >= 1);
  assert(0 < confidence && confidence < 1);
  return n <= signed_rank_exact_limit ? exact_trim(n, confidence) : normal_trim(n, confidence);
}

}  // namespace bulkhead

#include "runner/statistics/rank_sum.hpp"

#include <cassert>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>

namespace bulkhead {
namespace {

std::optional<Trim> exact_trim(std::size_t m, std::size_t n, double confidence) {
  std::vector<double> tails = rank_sum_probabilities(m, n);
  std::partial_sum(tails.begin(), tails.end(), tails.begin());
  return deepest_trim(confidence, (m * n + 1) / 2, [&tails](std::size_t k) { return tails[k]; });
}

// With the continuity correction: the whole number k stands for all below k + 1/2.
std::optional<Trim> normal_trim(std::size_t m, std::size_t n, double confidence) {
  const double pairs = static_cast<double>(m) * static_cast<double>(n);
  const double deviation = std::sqrt(pairs * static_cast<double>(m + n + 1) / 12);
  return deepest_trim(confidence, (m * n + 1) / 2, [pairs, deviation](std::size_t k) {
    const double z = (static_cast<double>(k) + 0.5 - pairs / 2) / deviation;
    return std::erfc(-z / std::numbers::sqrt2) / 2;
  });
}

}  // namespace

std::vector<double> rank_sum_probabilities(std::size_t m, std::size_t n) {
  assert(m >= 1 && n >= 1 && m + n <= rank_sum_exact_limit);
  // The number of ways to reach each u are the coefficients of a Gaussian binomial: the product
  // over i of (1 - q^(n + i)) / (1 - q^i). Whole numbers below 2^64 at the end, so that wrapping
  // around in between does no harm.
  std::vector<std::uint64_t> ways(m * n + 1, 0);
  ways[0] = 1;
  for (std::size_t i = 1; i <= m; ++i) {
    for (std::size_t u = m * n; u >= n + i; --u) ways[u] -= ways[u - n - i];
    for (std::size_t u = i; u <= m * n; ++u) ways[u] += ways[u - i];
  }
  const double all =
      std::accumulate(ways.begin(), ways.end(), 0.0,
                      [](double sum, std::uint64_t w) { return sum + static_cast<double>(w); });
  std::vector<double> probabilities;
  probabilities.reserve(ways.size());
  for (const std::uint64_t count : ways) probabilities.push_back(static_cast<double>(count) / all);
  return probabilities;
}

std::optional<Trim> rank_sum_trim(std::size_t m, std::size_t n, double confidence) {
  assert(m >= 1 && n >= 1);
  assert(0 < confidence && confidence < 1);
  return m + n <= rank_sum_exact_limit ? exact_trim(m, n, confidence)
                                       : normal_trim(m, n, confidence);
}

}  // namespace bulkhead

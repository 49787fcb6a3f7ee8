#include "runner/statistics/interval.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "runner/statistics/trim.hpp"

namespace bulkhead {
namespace {

using Position = std::vector<double>::difference_type;

bool has_nan(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

// lower_tails[(n + 1) / 2], index k = P(X <= k) for X = heads in n fair throws, the lower half
// only. The terms are computed downwards from the largest, taken as 1, and divided by their sum at
// the end: 2^-n itself would underflow beyond n = 1074, while a term that underflows here is
// nothing.
std::vector<double> binomial_lower_tails(std::size_t n) {
  std::vector<double> terms(n / 2 + 1);
  terms.back() = 1;
  for (std::size_t k = n / 2; k > 0; --k) {
    terms[k - 1] = terms[k] * static_cast<double>(k) / static_cast<double>(n - k + 1);
  }
  double sum = 0;
  for (double& term : terms) term = sum += term;
  // An even n has one middle term, which the mirrored half must not count again.
  const double total = 2 * sum - (n % 2 == 0 ? 1 : 0);
  for (double& term : terms) term /= total;
  terms.resize((n + 1) / 2);
  return terms;
}

}  // namespace

double quantile(std::span<const double> values, double q) {
  assert(!values.empty());
  assert(0 <= q && q <= 1);
  assert(!has_nan(values));
  std::vector<double> ordered(values.begin(), values.end());
  const double position = static_cast<double>(ordered.size() - 1) * q;
  const double whole = std::floor(position);
  const auto at = ordered.begin() + static_cast<Position>(whole);
  std::nth_element(ordered.begin(), at, ordered.end());
  if (at + 1 == ordered.end()) return *at;
  return std::lerp(*at, *std::min_element(at + 1, ordered.end()), position - whole);
}

double median(std::span<const double> values) {
  return quantile(values, 0.5);
}

std::optional<Interval> median_interval(std::span<const double> values, double confidence) {
  assert(0 < confidence && confidence < 1);
  assert(!has_nan(values));
  const std::vector<double> tails = binomial_lower_tails(values.size());
  const auto trim =
      deepest_trim(confidence, tails.size(), [&tails](std::size_t k) { return tails[k]; });
  if (!trim) return std::nullopt;
  return trimmed_range({values.begin(), values.end()}, *trim);
}

std::size_t smallest_sample(double confidence) {
  assert(0 < confidence && confidence < 1);
  // Of n values, all lie above the true median with probability 2^-n. A double below 1 is at least
  // 2^-53 away from it, so this ends at 54.
  std::size_t n = 1;
  for (double lower_tail = 0.5; !reaches(lower_tail, confidence); lower_tail /= 2) ++n;
  assert(n <= 54);
  return n;
}

Interval trimmed_range(std::vector<double> values, const Trim& trim) {
  assert(2 * trim.each_end < values.size());
  const auto low = values.begin() + static_cast<Position>(trim.each_end);
  const auto high = values.end() - 1 - static_cast<Position>(trim.each_end);
  std::nth_element(values.begin(), low, values.end());
  // The middle value of all is both ends, and then there is nothing left to order.
  if (low != high) std::nth_element(low + 1, high, values.end());
  assert(*low <= *high);
  return {*low, *high, trim.confidence};
}

}  // namespace bulkhead

#include "runner/statistics/usl.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "workloads/random.hpp"

namespace bulkhead {
namespace {

constexpr std::size_t least_points = 3;
constexpr std::size_t least_rounds = 5;
constexpr std::size_t resamples = 400;

/// N / X(N) is a straight sum: single^-1 (1 + contention (N - 1) + coherency N (N - 1)).
using Coefficients = std::array<double, 3>;

struct Median {
  double workers;
  double rate;
};

Coefficients features(double workers) {
  return {1, workers - 1, workers * (workers - 1)};
}

/// Solves the normal equations of those coefficients that `used` has; the others are 0. Nothing
/// when they are singular. Gauss and Jordan, with pivots.
std::optional<Coefficients> solve(const std::vector<Median>& medians, unsigned used) {
  double matrix[3][4] = {};
  for (const Median& point : medians) {
    const double y = point.workers / point.rate;
    const Coefficients f = features(point.workers);
    for (std::size_t row = 0; row < 3; ++row) {
      // Divided by y: errors count as shares of what was measured.
      for (std::size_t column = 0; column < 3; ++column) {
        matrix[row][column] += f[row] * f[column] / (y * y);
      }
      matrix[row][3] += f[row] / y;
    }
  }
  for (std::size_t row = 0; row < 3; ++row) {
    if ((used >> row & 1u) != 0) continue;
    for (std::size_t column = 0; column < 4; ++column) matrix[row][column] = 0;
    for (std::size_t other = 0; other < 3; ++other) matrix[other][row] = 0;
    matrix[row][row] = 1;
  }
  for (std::size_t pivot = 0; pivot < 3; ++pivot) {
    std::size_t best = pivot;
    for (std::size_t row = pivot + 1; row < 3; ++row) {
      if (std::abs(matrix[row][pivot]) > std::abs(matrix[best][pivot])) best = row;
    }
    if (std::abs(matrix[best][pivot]) < 1e-12) return std::nullopt;
    std::swap(matrix[pivot], matrix[best]);
    for (std::size_t row = 0; row < 3; ++row) {
      if (row == pivot) continue;
      const double factor = matrix[row][pivot] / matrix[pivot][pivot];
      for (std::size_t column = pivot; column < 4; ++column) {
        matrix[row][column] -= factor * matrix[pivot][column];
      }
    }
  }
  return Coefficients{matrix[0][3] / matrix[0][0], matrix[1][3] / matrix[1][1],
                      matrix[2][3] / matrix[2][2]};
}

double squared_errors(const std::vector<Median>& medians, const Coefficients& coefficients) {
  double sum = 0;
  for (const Median& point : medians) {
    const Coefficients f = features(point.workers);
    const double law = coefficients[0] * f[0] + coefficients[1] * f[1] + coefficients[2] * f[2];
    const double error = law * point.rate / point.workers - 1;
    sum += error * error;
  }
  return sum;
}

/// With three coefficients at most, trying all sets of those that are 0 is the whole problem of
/// least squares under the condition that none is negative.
ScalabilityFit fit(const std::vector<Median>& medians) {
  Coefficients best{};
  double least = std::numeric_limits<double>::infinity();
  for (const unsigned used : {0b001u, 0b011u, 0b101u, 0b111u}) {
    const auto found = solve(medians, used);
    if (!found || (*found)[0] <= 0 || (*found)[1] < 0 || (*found)[2] < 0) continue;
    const double errors = squared_errors(medians, *found);
    if (errors >= least) continue;
    least = errors;
    best = *found;
  }
  ScalabilityFit law;
  law.single = 1 / best[0];
  law.contention = best[1] / best[0];
  law.coherency = best[2] / best[0];
  for (const Median& point : medians) {
    law.worst_error =
        std::max(law.worst_error, std::abs(law.at(point.workers) - point.rate) / point.rate);
  }
  return law;
}

std::vector<Median> medians_of(std::span<const ScalingPoint> points) {
  std::vector<Median> medians;
  for (const ScalingPoint& point : points) {
    medians.push_back({point.workers, median(point.rates)});
  }
  return medians;
}

Interval percentiles(std::vector<double>& values, double confidence) {
  return {quantile(values, (1 - confidence) / 2), quantile(values, (1 + confidence) / 2),
          confidence};
}

void add_intervals(ScalabilityFit& law, std::span<const ScalingPoint> points, double confidence) {
  std::uint64_t random = 1;
  std::vector<double> contentions, coherencies;
  for (std::size_t sample = 0; sample < resamples; ++sample) {
    std::vector<ScalingPoint> drawn(points.begin(), points.end());
    for (std::size_t point = 0; point < points.size(); ++point) {
      const std::vector<double>& rates = points[point].rates;
      for (double& rate : drawn[point].rates) rate = rates[next_random(random) % rates.size()];
    }
    const ScalabilityFit resampled = fit(medians_of(drawn));
    contentions.push_back(resampled.contention);
    coherencies.push_back(resampled.coherency);
  }
  law.contention_interval = percentiles(contentions, confidence);
  law.coherency_interval = percentiles(coherencies, confidence);
}

}  // namespace

std::optional<double> ScalabilityFit::best_workers() const noexcept {
  if (coherency <= 0) return std::nullopt;
  return std::sqrt(std::max(1 - contention, 0.0) / coherency);
}

double ScalabilityFit::at(double workers) const noexcept {
  return single * workers / (1 + contention * (workers - 1) + coherency * workers * (workers - 1));
}

std::optional<ScalabilityFit> fit_scalability(std::span<const ScalingPoint> points,
                                              double confidence) {
  std::vector<double> counts;
  for (const ScalingPoint& point : points) {
    if (point.rates.empty() || *std::min_element(point.rates.begin(), point.rates.end()) <= 0) {
      return std::nullopt;
    }
    counts.push_back(point.workers);
  }
  std::sort(counts.begin(), counts.end());
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  if (counts.size() < least_points) return std::nullopt;
  ScalabilityFit law = fit(medians_of(points));
  const bool enough = std::all_of(points.begin(), points.end(), [](const ScalingPoint& point) {
    return point.rates.size() >= least_rounds;
  });
  if (enough) add_intervals(law, points, confidence);
  return law;
}

}  // namespace bulkhead

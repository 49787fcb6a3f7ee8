// How throughput grows with the number of workers: the Universal Scalability Law, fitted to
// measurements. Pure functions. The formulas and their sources are in docs/statistics.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runner/statistics/interval.hpp"

namespace bulkhead {

/// The rounds of one number of workers; rates in one unit.
struct ScalingPoint {
  double workers = 0;
  std::vector<double> rates;
};

/// X(N) = single N / (1 + contention (N - 1) + coherency N (N - 1)).
struct ScalabilityFit {
  double single = 0;      ///< Throughput of one worker, in the unit of the rates.
  double contention = 0;  ///< sigma: the share of the work that only one can do at a time.
  double coherency = 0;   ///< kappa: what each pair of workers costs each other.
  std::optional<Interval> contention_interval;
  std::optional<Interval> coherency_interval;
  double worst_error = 0;  ///< Largest distance of the law from a point, as a share of that point.

  /// Whether the points do not follow the law, so that its coefficients mean little.
  [[nodiscard]] bool is_poor() const noexcept { return worst_error > 0.1; }
  /// Where the law has its maximum; nothing when more workers are always better.
  [[nodiscard]] std::optional<double> best_workers() const noexcept;
  [[nodiscard]] double at(double workers) const noexcept;
};

/// Least squares of the relative errors of the medians, coefficients at least 0. The intervals are
/// percentiles of a bootstrap over the rounds, the same for the same values; none when a point has
/// fewer than 5 rounds. Nothing with fewer than 3 different numbers of workers, or without a rate
/// above 0 for each. Requires 0 < confidence < 1.
[[nodiscard]] std::optional<ScalabilityFit> fit_scalability(std::span<const ScalingPoint> points,
                                                            double confidence);

}  // namespace bulkhead

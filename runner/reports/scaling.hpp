// Experiments of a batch that are alike but for their number of workers: how throughput grows with
// it in each mode, and the law that it follows. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/reports/format.hpp"
#include "runner/statistics/usl.hpp"

namespace bulkhead {

struct ScaledPoint {
  std::uint32_t workers = 0;
  Throughput throughput;
};

/// One mode, by its name, with growing numbers of workers.
struct ScalingLine {
  std::string mode;
  std::vector<ScaledPoint> points;
  std::optional<ScalabilityFit> law;  ///< None with fewer than three points.

  /// Throughput over that of the smallest number of workers, per worker; 1 for the first point.
  [[nodiscard]] double efficiency(std::size_t point) const;
};

struct ScalingFamily {
  std::string name;  ///< What its experiments' names have in common.
  std::vector<ScalingLine> lines;
  std::uint32_t cpus = 0;  ///< That the workers could run on; 0: unknown.
};

/// In the order of their first experiment. What was measured twice with as many workers makes a
/// family of its own; experiments that have no relatives make none.
[[nodiscard]] std::vector<ScalingFamily> find_scaling(
    const std::vector<BatchPresentation::Experiment>& experiments);

/// One for each mode of each family: the gain and the law, in words.
[[nodiscard]] std::vector<std::string> scaling_sentences(
    const std::vector<ScalingFamily>& families);

}  // namespace bulkhead

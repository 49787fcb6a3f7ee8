// How the work of a window went on, in a bounded number of points however long the window gets.
// Pure; time comes with the progress.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace bulkhead {

class ProgressSeries {
 public:
  static constexpr std::size_t most_points = 256;

  /// Points that follow each other by less than `gap_ns` are left out.
  explicit ProgressSeries(std::int64_t gap_ns) noexcept : gap_ns_(gap_ns) {}

  /// `at_ns` must not fall.
  void add(std::int64_t at_ns, std::uint64_t units) {
    if (!points_.empty() && at_ns - points_.back().first < gap_ns_) return;
    if (points_.size() == most_points) halve();
    points_.emplace_back(at_ns, units);
  }

  [[nodiscard]] const std::vector<std::pair<std::int64_t, std::uint64_t>>& points() const noexcept {
    return points_;
  }

 private:
  void halve() {
    for (std::size_t kept = 0; 2 * kept < points_.size(); ++kept) points_[kept] = points_[2 * kept];
    points_.resize((points_.size() + 1) / 2);
    gap_ns_ *= 2;
  }

  std::int64_t gap_ns_;
  std::vector<std::pair<std::int64_t, std::uint64_t>> points_;
};

}  // namespace bulkhead

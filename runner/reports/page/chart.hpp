// What a chart of the page shows, before anybody draws it: values as they were measured, and the
// same numbers as texts, rounded, for a table behind it. Filled by pure functions; page.js draws.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead {

/// Values are divided by `size` before they stand at the axis; the label names the unit.
struct ChartAxis {
  std::string label;
  double size = 1;
};

struct ChartPoint {
  double x = 0;
  double y = 0;
  std::optional<double> low;  ///< Ends of the interval of y.
  std::optional<double> high;
  std::string text = {};  ///< y for people, with its unit; may be empty.
};

/// Something that happened at x.
struct ChartMark {
  double x = 0;
  std::string what;  ///< One of few words: "fault", "death", ...
};

struct ChartSeries {
  std::string name;
  std::vector<ChartPoint> points;
  std::vector<ChartMark> marks = {};
};

struct TextTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

struct Chart {
  /// bars: lying, a series a pattern, x is the index of a category. ratios: the same as dots around
  /// 1. latency: x is 1 / (1 - percentile). scaling: x is a number of workers. timeline: a panel
  /// for each series, x is time.
  enum class Kind { bars, ratios, latency, scaling, timeline } kind = Kind::bars;
  std::string title;
  std::string note = {};  ///< How to read it.
  ChartAxis x = {};
  ChartAxis y = {};
  std::vector<std::string> categories = {};
  std::vector<ChartSeries> series = {};
  std::optional<std::pair<double, double>> same = {};  ///< Ratios in between count as the same.
  TextTable table = {};
};

[[nodiscard]] std::string_view to_text(Chart::Kind kind) noexcept;

}  // namespace bulkhead

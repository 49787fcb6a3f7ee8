#include "runner/reports/page/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/reports/number.hpp"
#include "runner/reports/scaling.hpp"

namespace bulkhead {
namespace {

std::vector<ChartSeries> series_of(const ScalingFamily& family) {
  std::vector<ChartSeries> all;
  for (const ScalingLine& line : family.lines) {
    ChartSeries series{line.mode, {}};
    for (const ScaledPoint& scaled : line.points) {
      ChartPoint point{
          static_cast<double>(scaled.workers), scaled.throughput.median_per_s, {}, {}, {}};
      if (scaled.throughput.interval) {
        point.low = scaled.throughput.interval->low;
        point.high = scaled.throughput.interval->high;
      }
      series.points.push_back(point);
    }
    all.push_back(std::move(series));
  }
  return all;
}

TextTable table_of(const ScalingFamily& family, const DisplayUnit& unit) {
  const auto text = [&unit](double rate) { return in_unit(Quantity::rate, rate, unit); };
  TextTable table{
      {"mode", "workers", fmt::format("throughput, {}", unit.name), "interval", "efficiency"}, {}};
  for (const ScalingLine& line : family.lines) {
    for (std::size_t index = 0; index < line.points.size(); ++index) {
      const ScaledPoint& point = line.points[index];
      const auto& interval = point.throughput.interval;
      table.rows.push_back(
          {line.mode, whole(point.workers), text(point.throughput.median_per_s),
           interval ? text(interval->low) + "-" + text(interval->high) : std::string("n/a"),
           percent(line.efficiency(index))});
    }
  }
  return table;
}

Chart scaling_chart(const ScalingFamily& family) {
  Chart chart;
  chart.kind = Chart::Kind::scaling;
  chart.title = "Throughput by workers: " + family.name;
  chart.note = "Median over the rounds of each experiment, with its interval; higher is better.";
  for (const std::string& sentence : scaling_sentences({family})) chart.note += " " + sentence;
  chart.series = series_of(family);
  double fastest = 0;
  for (const ChartSeries& series : chart.series) {
    for (const ChartPoint& point : series.points) fastest = std::max(fastest, point.y);
  }
  const DisplayUnit unit = unit_for(Quantity::rate, fastest);
  chart.x = {"workers", 1};
  chart.y = {fmt::format("throughput, {}", unit.name), unit.size};
  chart.table = table_of(family, unit);
  return chart;
}

}  // namespace

std::vector<Chart> scaling_charts(const BatchPresentation& batch) {
  std::vector<Chart> charts;
  for (const ScalingFamily& family : find_scaling(batch.experiments)) {
    charts.push_back(scaling_chart(family));
  }
  return charts;
}

}  // namespace bulkhead

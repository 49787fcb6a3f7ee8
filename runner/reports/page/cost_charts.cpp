#include "runner/reports/page/cost_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ipc/percentile.hpp"
#include "runner/reports/number.hpp"
#include "runner/reports/page/report_rows.hpp"
#include "runner/reports/rows.hpp"
#include "runner/reports/trial_values.hpp"

namespace bulkhead {
namespace {

double largest_value(const ReportRow& row) {
  double largest = 0;
  for (const ReportCell& cell : row.cells) largest = std::max(largest, cell.value.value_or(0));
  return largest;
}

/// The cells that have a value; x is the index of the mode.
ChartSeries series_of(const ReportRow& row) {
  ChartSeries series{row.label, {}};
  for (std::size_t mode = 0; mode < row.cells.size(); ++mode) {
    const ReportCell& cell = row.cells[mode];
    if (!cell.value) continue;
    series.points.push_back(
        {static_cast<double>(mode), *cell.value, cell.low, cell.high, cell.text});
  }
  return series;
}

/// The rows as columns, a mode a line.
TextTable table_of(const Report& report, const std::vector<const ReportRow*>& rows) {
  TextTable table{{"mode"}, {}};
  for (const ReportRow* row : rows) table.columns.push_back(unindented(row->label));
  for (std::size_t mode = 0; mode < report.modes.size(); ++mode) {
    std::vector<std::string> texts{report.modes[mode]};
    for (const ReportRow* row : rows) texts.push_back(row->cells[mode].text);
    table.rows.push_back(std::move(texts));
  }
  return table;
}

TextTable table_of(const Report& report, const FoundRow& found) {
  std::vector<const ReportRow*> rows{found.row};
  if (found.detail != nullptr) rows.push_back(found.detail);
  return table_of(report, rows);
}

void add_throughput(const Presentation& shown, const ReportTable& table,
                    std::vector<Chart>& charts) {
  const FoundRow found = find_row(table, "throughput_per_s");
  if (!found || largest_value(*found.row) == 0) return;
  Chart chart;
  chart.kind = Chart::Kind::bars;
  chart.title = "Throughput";
  chart.note = "Median over the rounds; longer is better.";
  if (found.detail != nullptr) {
    chart.note += fmt::format(" Whiskers: {} interval.", percent(shown.summary.plan.confidence));
  }
  chart.x = {found.row->label, unit_for(Quantity::rate, largest_value(*found.row)).size};
  chart.categories = shown.report.modes;
  chart.series.push_back(series_of(*found.row));
  chart.table = table_of(shown.report, found);
  charts.push_back(std::move(chart));
}

void add_ratio(const Presentation& shown, const ReportTable& table, std::vector<Chart>& charts) {
  const FoundRow found = find_row(table, "throughput_ratio");
  if (!found || largest_value(*found.row) == 0) return;
  const double margin = shown.summary.plan.same_within;
  Chart chart;
  chart.kind = Chart::Kind::ratios;
  chart.title = "Throughput compared";
  chart.note = fmt::format(
      "Ratio by round, and its interval. Right of 1 is faster than {}; inside the band of {} it "
      "counts as the same.",
      shown.report.modes.front(), percent(margin));
  chart.x = {found.row->label, 1};
  chart.categories = shown.report.modes;
  chart.series.push_back(series_of(*found.row));
  chart.series.back().points.insert(chart.series.back().points.begin(),
                                    {0, 1, {}, {}, found.row->cells.front().text});
  chart.same = {1 / (1 + margin), 1 + margin};
  chart.table = table_of(shown.report, found);
  charts.push_back(std::move(chart));
}

void add_memory(const Presentation& shown, const ReportTable& table, std::vector<Chart>& charts) {
  struct Part {
    const char* measure;
    const char* name;
  };
  constexpr Part parts[] = {{"memory_bytes_pss", "PSS"},
                            {"memory_bytes_uss", "USS"},
                            {"memory_bytes_page_tables", "page tables"}};
  Chart chart;
  std::vector<const ReportRow*> rows;
  double largest = 0;
  for (const Part& part : parts) {
    const FoundRow found = find_row(table, part.measure);
    if (!found) continue;
    ChartSeries series = series_of(*found.row);
    series.name = part.name;
    for (ChartPoint& point : series.points) point.text = with_unit(Quantity::bytes, point.y);
    chart.series.push_back(std::move(series));
    rows.push_back(found.row);
    largest = std::max(largest, largest_value(*found.row));
  }
  if (largest == 0) return;
  const DisplayUnit unit = unit_for(Quantity::bytes, largest);
  chart.title = "Memory in total";
  chart.note =
      "Shorter is better. PSS: each page divided by the processes that map it; USS: pages that "
      "nobody else maps.";
  chart.x = {fmt::format("memory, {}", unit.name), unit.size};
  chart.categories = shown.report.modes;
  chart.table = table_of(shown.report, rows);
  charts.push_back(std::move(chart));
}

// --- Latency
// --------------------------------------------------------------------------------------

constexpr double steps_per_decade = 16;

/// All samples of a mode's trials without faults.
LatencyHistogram::Counts latencies_of(const ExperimentResult& result, std::uint32_t mode) {
  TrialList trials;
  for (const TrialRecord& trial : result.trials) {
    if (trial.id.mode == mode && !trial.id.with_faults) trials.push_back(&trial);
  }
  return latency_counts(completed(trials));
}

std::uint64_t latency_at(const LatencyHistogram::Counts& counts, double share) {
  return percentile(counts, share, LatencyHistogram::upper_ns).value();
}

/// Even steps in 1 / (1 - share), as far as a single sample still counts.
ChartSeries latency_curve(const std::string& name, const LatencyHistogram::Counts& counts,
                          std::uint64_t samples) {
  ChartSeries series{name, {}};
  const auto rarest = static_cast<double>(samples);
  const auto add = [&](double rarity, double share) {
    // A logarithmic axis has no 0.
    const auto ns = std::max<std::uint64_t>(latency_at(counts, share), 1);
    series.points.push_back({rarity, static_cast<double>(ns), {}, {}, {}});
  };
  for (int step = 0; std::pow(10, step / steps_per_decade) < rarest; ++step) {
    const double rarity = std::pow(10, step / steps_per_decade);
    add(rarity, 1 - 1 / rarity);
  }
  add(rarest, 1);
  return series;
}

std::vector<std::string> latency_texts(const std::string& name,
                                       const LatencyHistogram::Counts& counts,
                                       std::uint64_t samples) {
  std::vector<std::string> texts{name};
  for (const double share : {0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const bool is_known = share == 1 || static_cast<double>(samples) * (1 - share) >= 1;
    texts.push_back(
        is_known ? with_unit(Quantity::duration_ns, static_cast<double>(latency_at(counts, share)))
                 : std::string(not_available));
  }
  texts.push_back(whole(samples));
  return texts;
}

void add_latency(const Presentation& shown, std::vector<Chart>& charts) {
  Chart chart;
  chart.kind = Chart::Kind::latency;
  chart.title = "Latency of an operation";
  chart.note =
      "Durations of sampled operations, all rounds together; lower is better. At 99 %, one "
      "operation in a hundred takes longer.";
  chart.x = {"operations that take no longer", 1};
  chart.y = {"latency", 1};
  chart.table.columns = {"mode", "p50", "p90", "p99", "p99.9", "p99.99", "max", "samples"};
  for (std::uint32_t mode = 0; mode < shown.report.modes.size(); ++mode) {
    const LatencyHistogram::Counts counts = latencies_of(shown.result, mode);
    const auto samples = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    if (samples == 0) continue;
    const std::string& name = shown.report.modes[mode];
    chart.series.push_back(latency_curve(name, counts, samples));
    chart.table.rows.push_back(latency_texts(name, counts, samples));
  }
  if (!chart.series.empty()) charts.push_back(std::move(chart));
}

}  // namespace

std::vector<Chart> cost_charts(const Presentation& presentation, const ReportTable& table) {
  std::vector<Chart> charts;
  add_throughput(presentation, table, charts);
  add_ratio(presentation, table, charts);
  add_latency(presentation, charts);
  add_memory(presentation, table, charts);
  return charts;
}

}  // namespace bulkhead

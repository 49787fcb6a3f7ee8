#include "runner/reports/page/timeline.hpp"

#include <algorithm>
#include <cassert>

#include "runner/reports/number.hpp"
#include "runner/reports/trial_list.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t most_slices = 100;  // More would be noise, and a long table.
constexpr std::size_t most_marks = 24;     // A fault may strike without end.

/// Null when no trial tells how it went on.
const TrialRecord* typical_trial(const ExperimentResult& result, std::uint32_t mode) {
  TrialList trials;
  for (const TrialRecord& trial : result.trials) {
    const bool tells = trial.fault_struck && trial.progress.size() > 1;
    if (trial.id.mode == mode && trial.id.with_faults && tells) trials.push_back(&trial);
  }
  trials = completed(trials);
  if (trials.empty()) return nullptr;
  const auto middle = trials.begin() + static_cast<std::ptrdiff_t>((trials.size() - 1) / 2);
  std::nth_element(trials.begin(), middle, trials.end(),
                   [](const TrialRecord* left, const TrialRecord* right) {
                     return left->window()->operations < right->window()->operations;
                   });
  return *middle;
}

/// The rate of each slice of the window, at the slice's end.
std::vector<ChartPoint> rates_of(const TrialRecord& trial) {
  std::vector<ChartPoint> points;
  std::pair<std::int64_t, std::uint64_t> before{0, 0};
  const std::int64_t least_ns =
      std::max<std::int64_t>(trial.progress.back().first / most_slices, 1);
  for (const auto& now : trial.progress) {
    const std::int64_t length_ns = now.first - before.first;
    if (length_ns < least_ns) continue;
    // Units that were thrown away with the state are no work backwards.
    const std::uint64_t units = now.second > before.second ? now.second - before.second : 0;
    const double rate = static_cast<double>(units) * 1e9 / static_cast<double>(length_ns);
    points.push_back({static_cast<double>(now.first), rate, {}, {}, {}});
    before = now;
  }
  return points;
}

std::vector<ChartMark> marks_of(const TrialRecord& trial) {
  std::vector<ChartMark> marks;
  const auto add = [&](std::int64_t at_ns, const char* what) {
    const std::int64_t since_ns = at_ns - trial.window()->start_ns;
    if (at_ns != 0 && 0 <= since_ns && since_ns <= trial.window()->length_ns()) {
      marks.push_back({static_cast<double>(since_ns), what});
    }
  };
  add(trial.struck_ns, "fault");
  for (const DeathRecord& death : trial.deaths) {
    if (death.struck_ns != trial.struck_ns) add(death.struck_ns, "fault");
    add(death.noticed_ns, "death");
    add(death.recovered_ns, "working again");
  }
  add(trial.back_to_speed_ns, "90 % of speed");
  std::stable_sort(marks.begin(), marks.end(),
                   [](const ChartMark& left, const ChartMark& right) { return left.x < right.x; });
  if (marks.size() > most_marks) marks.resize(most_marks);
  return marks;
}

struct Units {
  DisplayUnit time;
  DisplayUnit rate;
};

Units units_for(const std::vector<ChartSeries>& series) {
  double longest = 0;
  double fastest = 0;
  for (const ChartSeries& one : series) {
    for (const ChartPoint& point : one.points) {
      longest = std::max(longest, point.x);
      fastest = std::max(fastest, point.y);
    }
  }
  return {unit_for(Quantity::duration_ns, longest), unit_for(Quantity::rate, fastest)};
}

/// What was seen and what happened, in the order of time.
void add_table_rows(const ChartSeries& series, const Units& units, TextTable& table) {
  const auto time_text = [&](double ns) { return in_unit(Quantity::duration_ns, ns, units.time); };
  auto mark = series.marks.begin();
  const auto add_marks_until = [&](double ns) {
    for (; mark != series.marks.end() && mark->x <= ns; ++mark) {
      table.rows.push_back({series.name, time_text(mark->x), mark->what});
    }
  };
  for (const ChartPoint& point : series.points) {
    add_marks_until(point.x);
    table.rows.push_back(
        {series.name, time_text(point.x), in_unit(Quantity::rate, point.y, units.rate)});
  }
  if (!series.points.empty()) add_marks_until(series.marks.empty() ? 0 : series.marks.back().x);
}

}  // namespace

std::optional<Chart> timeline_chart(const ExperimentResult& result) {
  Chart chart;
  chart.kind = Chart::Kind::timeline;
  chart.title = "Before, during and after the fault";
  chart.note =
      "Throughput of all workers together, in one trial of each mode: the one whose work "
      "is the median.";
  for (std::uint32_t mode = 0; mode < result.plan.modes.size(); ++mode) {
    const TrialRecord* trial = typical_trial(result, mode);
    if (trial == nullptr) continue;
    chart.series.push_back({result.plan.modes[mode].name, rates_of(*trial), marks_of(*trial)});
  }
  if (chart.series.empty()) return std::nullopt;
  const Units units = units_for(chart.series);
  chart.x = {std::string("time in the window, ").append(units.time.name), units.time.size};
  chart.y = {std::string(units.rate.name), units.rate.size};
  chart.table.columns = {"mode", chart.x.label,
                         std::string("throughput, ").append(units.rate.name)};
  for (const ChartSeries& series : chart.series) add_table_rows(series, units, chart.table);
  return chart;
}

}  // namespace bulkhead

#include "runner/reports/page/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "runner/json/plan_json.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

using Experiment = BatchPresentation::Experiment;
using Experiments = std::vector<const Experiment*>;

std::string all_but_workers(const Plan& plan) {
  nlohmann::ordered_json json = to_json(plan);
  for (const char* key : {"worker_count", "modes", "seed", "start_timeout_ns"}) json.erase(key);
  return json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

std::uint32_t workers_of(const Experiment& experiment) {
  return experiment.shown.summary.plan.worker_count;
}

bool has_workers(const Experiments& family, std::uint32_t workers) {
  return std::any_of(family.begin(), family.end(), [workers](const Experiment* experiment) {
    return workers_of(*experiment) == workers;
  });
}

/// In the order of their first experiment, each by the number of workers. What was measured twice
/// with as many workers makes a family of its own.
std::vector<Experiments> families_of(const BatchPresentation& batch) {
  std::vector<Experiments> families;
  std::multimap<std::string, std::size_t> places;
  for (const Experiment& experiment : batch.experiments) {
    const std::string key = all_but_workers(experiment.shown.summary.plan);
    const auto [begin, end] = places.equal_range(key);
    const auto place = std::find_if(begin, end, [&](const auto& entry) {
      return !has_workers(families[entry.second], workers_of(experiment));
    });
    if (place != end) {
      families[place->second].push_back(&experiment);
    } else {
      places.emplace(key, families.size());
      families.push_back({&experiment});
    }
  }
  for (Experiments& family : families) {
    std::stable_sort(family.begin(), family.end(),
                     [](const Experiment* left, const Experiment* right) {
                       return workers_of(*left) < workers_of(*right);
                     });
  }
  return families;
}

bool is_scaled(const Experiments& family) {
  return workers_of(*family.front()) != workers_of(*family.back());
}

/// "scaling/bank" of "scaling/bank workers=2" and "scaling/bank workers=16".
std::string common_name(const Experiments& family) {
  std::string name = family.front()->name;
  for (const Experiment* experiment : family) {
    const auto differs =
        std::mismatch(name.begin(), name.end(), experiment->name.begin(), experiment->name.end());
    name.erase(differs.first, name.end());
  }
  const auto strip = [&name](const char* endings) {
    name.erase(name.find_last_not_of(endings) + 1);
  };
  strip("0123456789=-_., /");
  constexpr std::string_view option = "workers";
  if (name.ends_with(option)) name.resize(name.size() - option.size());
  strip("=-_., /");
  return name.empty() ? std::string(family.front()->shown.summary.plan.workload->name) : name;
}

/// A line for each name of a mode, in the order in which they are met.
std::vector<ChartSeries> lines_of(const Experiments& family) {
  std::vector<ChartSeries> lines;
  for (const Experiment* experiment : family) {
    for (const ModeSummary& mode : experiment->shown.summary.modes) {
      if (!mode.cost.throughput) continue;
      const auto has_name = [&mode](const ChartSeries& line) {
        return line.name == mode.mode.name;
      };
      auto line = std::find_if(lines.begin(), lines.end(), has_name);
      if (line == lines.end()) line = lines.insert(line, {mode.mode.name, {}});
      const Throughput& throughput = *mode.cost.throughput;
      ChartPoint point{
          static_cast<double>(workers_of(*experiment)), throughput.median_per_s, {}, {}, {}};
      if (throughput.interval) {
        point.low = throughput.interval->low;
        point.high = throughput.interval->high;
      }
      line->points.push_back(point);
    }
  }
  return lines;
}

TextTable table_of(const std::vector<ChartSeries>& lines, const DisplayUnit& unit) {
  const auto text = [&unit](double rate) { return in_unit(Quantity::rate, rate, unit); };
  TextTable table{{"mode", "workers", fmt::format("throughput, {}", unit.name), "interval"}, {}};
  for (const ChartSeries& line : lines) {
    for (const ChartPoint& point : line.points) {
      table.rows.push_back({line.name, whole(static_cast<std::uint64_t>(point.x)), text(point.y),
                            point.low && point.high ? text(*point.low) + "-" + text(*point.high)
                                                    : std::string("n/a")});
    }
  }
  return table;
}

Chart scaling_chart(const Experiments& family) {
  Chart chart;
  chart.kind = Chart::Kind::scaling;
  chart.title = "Throughput by workers: " + common_name(family);
  chart.note = "Median over the rounds of each experiment, with its interval; higher is better.";
  chart.series = lines_of(family);
  double fastest = 0;
  for (const ChartSeries& line : chart.series) {
    for (const ChartPoint& point : line.points) fastest = std::max(fastest, point.y);
  }
  const DisplayUnit unit = unit_for(Quantity::rate, fastest);
  chart.x = {"workers", 1};
  chart.y = {fmt::format("throughput, {}", unit.name), unit.size};
  chart.table = table_of(chart.series, unit);
  return chart;
}

}  // namespace

std::vector<Chart> scaling_charts(const BatchPresentation& batch) {
  std::vector<Chart> charts;
  for (const Experiments& family : families_of(batch)) {
    if (is_scaled(family)) charts.push_back(scaling_chart(family));
  }
  return charts;
}

}  // namespace bulkhead

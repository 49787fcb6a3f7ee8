#include "runner/reports/page/page_data.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "runner/json/plan_json.hpp"
#include "runner/reports/page/cost_charts.hpp"
#include "runner/reports/page/repeat_command.hpp"
#include "runner/reports/page/report_rows.hpp"
#include "runner/reports/page/scaling.hpp"
#include "runner/reports/page/timeline.hpp"
#include "runner/reports/text.hpp"

namespace bulkhead {
namespace {

using Json = nlohmann::ordered_json;

Json text_json(const std::string& text) {
  return printable(text);
}

Json texts_json(const std::vector<std::string>& texts) {
  Json json = Json::array();
  for (const std::string& text : texts) json.push_back(printable(text));
  return json;
}

// --- Tables
// --------------------------------------------------------------------------------------

const char* name_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::good:
      return "good";
    case Tone::bad:
      return "bad";
    case Tone::doubtful:
      return "doubtful";
  }
  return "";
}

/// Its text, or [text, tone].
Json cell_json(const ReportCell& cell) {
  if (cell.tone == Tone::plain) return text_json(cell.text);
  return Json::array({text_json(cell.text), name_of(cell.tone)});
}

/// {title, columns, groups: [[{label, cells}]]}
Json table_json(const ReportTable& table, const std::vector<std::string>& columns) {
  Json groups = Json::array();
  for (const RowGroup& group : table.groups) {
    Json rows = Json::array();
    for (const ReportRow& row : group) {
      Json cells = Json::array();
      for (const ReportCell& cell : row.cells) cells.push_back(cell_json(cell));
      rows.push_back({{"label", text_json(row.label)}, {"cells", std::move(cells)}});
    }
    groups.push_back(std::move(rows));
  }
  return {{"title", text_json(table.title)},
          {"columns", texts_json(columns)},
          {"groups", std::move(groups)}};
}

// --- Charts
// --------------------------------------------------------------------------------------

/// Significant digits beyond what any screen can show.
double shortened(double value) {
  assert(std::isfinite(value));
  if (value == 0) return 0;
  const double scale = std::pow(10, 5 - std::floor(std::log10(std::abs(value))));
  return std::round(value * scale) / scale;
}

Json end_json(const std::optional<double>& value) {
  return value ? Json(shortened(*value)) : Json(nullptr);
}

/// [x, y, low, high, text], without what is missing at the end.
Json point_json(const ChartPoint& point) {
  Json json = Json::array({shortened(point.x), shortened(point.y)});
  if (point.low || point.high || !point.text.empty()) {
    json.push_back(end_json(point.low));
    json.push_back(end_json(point.high));
  }
  if (!point.text.empty()) json.push_back(text_json(point.text));
  return json;
}

Json series_json(const ChartSeries& series) {
  Json json{{"name", text_json(series.name)}, {"points", Json::array()}};
  for (const ChartPoint& point : series.points) json["points"].push_back(point_json(point));
  for (const ChartMark& mark : series.marks) {
    json["marks"].push_back(Json::array({shortened(mark.x), mark.what}));
  }
  return json;
}

Json axis_json(const ChartAxis& axis) {
  return {{"label", text_json(axis.label)}, {"size", axis.size}};
}

Json chart_json(const Chart& chart) {
  Json json{{"kind", to_text(chart.kind)},   {"title", text_json(chart.title)},
            {"note", text_json(chart.note)}, {"x", axis_json(chart.x)},
            {"y", axis_json(chart.y)},       {"categories", texts_json(chart.categories)},
            {"series", Json::array()}};
  for (const ChartSeries& series : chart.series) json["series"].push_back(series_json(series));
  if (chart.same) json["same"] = Json::array({chart.same->first, chart.same->second});
  json["table"]["columns"] = texts_json(chart.table.columns);
  Json& rows = json["table"]["rows"] = Json::array();
  for (const std::vector<std::string>& row : chart.table.rows) rows.push_back(texts_json(row));
  return json;
}

std::vector<Chart> charts_of(const Presentation& shown, const ReportTable& table) {
  if (table.section == "cost") return cost_charts(shown, table);
  std::vector<Chart> charts;
  if (table.section != "fault") return charts;
  if (std::optional<Chart> timeline = timeline_chart(shown.result)) {
    charts.push_back(std::move(*timeline));
  }
  return charts;
}

Json charts_json(const std::vector<Chart>& charts) {
  Json json = Json::array();
  for (const Chart& chart : charts) json.push_back(chart_json(chart));
  return json;
}

// --- Experiments
// --------------------------------------------------------------------------------------

/// Facts about where it ran stand at the end of the page's experiment.
bool is_of_host(const ReportFact& fact) {
  constexpr std::string_view names[] = {"host", "system", "build"};
  return std::find(std::begin(names), std::end(names), fact.name) != std::end(names);
}

/// [[name, text]]
Json facts_json(const Report& report, bool of_host) {
  Json json = Json::array();
  for (const ReportFact& fact : report.facts) {
    if (is_of_host(fact) != of_host) continue;
    json.push_back(Json::array({text_json(fact.name), text_json(fact.text)}));
  }
  return json;
}

/// Whether the plan alone tells how to run it again: not for the matrix of `bulkhead faults`.
bool is_of_a_plan(const Report& report) {
  return std::any_of(report.tables.begin(), report.tables.end(),
                     [](const ReportTable& table) { return table.section == "cost"; });
}

Json experiment_json(const std::string& name, const Presentation& shown) {
  const Report& report = shown.report;
  Json json{{"name", text_json(name)},
            {"title", text_json(report.title)},
            {"facts", facts_json(report, false)},
            {"host", facts_json(report, true)},
            {"warnings", texts_json(report.warnings)},
            {"meaning", texts_json(report.meaning)},
            {"sections", Json::array()},
            {"exhibits", Json::array()},
            {"footnotes", texts_json(report.footnotes)}};
  for (const ReportTable& table : report.tables) {
    json["sections"].push_back({{"table", table_json(table, heads_of(report, table))},
                                {"charts", charts_json(charts_of(shown, table))}});
  }
  for (const ReportExhibit& exhibit : report.exhibits) {
    json["exhibits"].push_back(
        {{"title", text_json(exhibit.title)}, {"lines", texts_json(exhibit.lines)}});
  }
  if (is_of_a_plan(report)) {
    json["repeat"] = text_json(repeat_command(shown.summary.plan));
    json["plan"] = to_json(shown.summary.plan);
  }
  return json;
}

/// The few rows that a decision hangs on, of all tables; none where there are none of them.
std::optional<ReportTable> at_a_glance(const Report& report) {
  constexpr std::string_view measures[] = {
      "throughput_per_s", "throughput_ratio",      "throughput_verdict",
      "latency_ns_p99",   "memory_bytes_pss",      "outcome",
      "workers_lost",     "fault_to_recovered_ns", "trials_sound"};
  ReportTable glance;
  glance.title = "At a glance";
  for (const ReportTable& table : report.tables) {
    RowGroup group;
    for (const std::string_view measure : measures) {
      if (const FoundRow found = find_row(table, measure)) group.push_back(*found.row);
    }
    if (!group.empty()) glance.groups.push_back(std::move(group));
  }
  if (glance.groups.empty()) return std::nullopt;
  if (glance.groups.size() > 1) {
    // Both tables have a row of this name.
    for (ReportRow& row : glance.groups.back()) {
      if (row.measure == "trials_sound") row.label += ", with the fault";
    }
  }
  return glance;
}

std::string dumped(const Json& json) {
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char letter : text) {
    if (letter == '<') {
      safe += "\\u003c";
    } else {
      safe += letter;
    }
  }
  return safe;
}

}  // namespace

std::string page_data(const Presentation& presentation) {
  const Report& report = presentation.report;
  Json json{{"title", text_json(report.title)}, {"meaning", texts_json(report.meaning)}};
  if (const std::optional<ReportTable> glance = at_a_glance(report)) {
    json["overview"] = table_json(*glance, report.modes);
  }
  json["experiments"].push_back(experiment_json({}, presentation));
  return dumped(json);
}

std::string page_data(const BatchPresentation& batch) {
  const Report& report = batch.overview;
  Json json{{"title", text_json(report.title)},
            {"facts", facts_json(report, false)},
            {"host", facts_json(report, true)},
            {"warnings", texts_json(report.warnings)},
            {"meaning", texts_json(report.meaning)},
            {"footnotes", texts_json(report.footnotes)},
            {"charts", charts_json(scaling_charts(batch))},
            {"experiments", Json::array()}};
  for (const ReportTable& table : report.tables) {
    // The first has a group for each experiment.
    const Json drawn = table_json(table, heads_of(report, table));
    if (&table == &report.tables.front()) {
      json["overview"] = drawn;
    } else {
      json["measured"].push_back(drawn);
    }
  }
  for (const auto& [name, shown] : batch.experiments) {
    json["experiments"].push_back(experiment_json(name, shown));
  }
  return dumped(json);
}

}  // namespace bulkhead

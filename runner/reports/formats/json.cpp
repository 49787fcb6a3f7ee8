// Everything for machines: the host, the whole plan, the numbers of the summary and every trial as
// it was recorded, one trial a line. ASCII only; a number that does not exist is left out, never
// NaN.

#include <cassert>
#include <cmath>
#include <nlohmann/json.hpp>

#include "runner/json/host_json.hpp"
#include "runner/json/plan_json.hpp"
#include "runner/reports/format.hpp"

namespace bulkhead::json_format {
namespace {

using Json = nlohmann::ordered_json;

constexpr int schema = 1;

void put(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

template <class Value>
void put(Json& json, const char* key, const std::optional<Value>& value) {
  if (value) json[key] = *value;
}

Json cell_json(const ReportCell& cell) {
  assert(std::isfinite(cell.value.value_or(0)));
  Json json = Json::object();
  put(json, "value", cell.value);
  put(json, "low", cell.low);
  put(json, "high", cell.high);
  put(json, "note", cell.note);
  return json;
}

/// The measures of one mode, by section.
Json mode_json(const Report& report, std::size_t mode) {
  Json json{{"mode", report.modes[mode]}};
  for (const ReportTable& table : report.tables) {
    Json& section = json[table.section] = Json::object();
    for (const RowGroup& group : table.groups) {
      for (const ReportRow& row : group) {
        if (!row.measure.empty()) section[row.measure] = cell_json(row.cells[mode]);
      }
    }
  }
  return json;
}

Json summary_json(const Presentation& presentation) {
  const Report& report = presentation.report;
  Json json{{"rounds", presentation.summary.rounds},
            {"interrupted", presentation.summary.interrupted},
            {"warnings", report.warnings},
            {"meaning", report.meaning},
            {"modes", Json::array()}};
  for (std::size_t mode = 0; mode < report.modes.size(); ++mode) {
    json["modes"].push_back(mode_json(report, mode));
  }
  return json;
}

/// Indented but for the trials: a trial a line can be read by a line-wise tool, and compared.
std::string experiment_text(const Json& head, const Presentation& presentation) {
  Json json = head;
  json["host"] = to_json(presentation.result.host);
  json["plan"] = to_json(presentation.result.plan);
  json["summary"] = summary_json(presentation);
  std::string text = json.dump(2, ' ', true, Json::error_handler_t::replace);
  assert(text.ends_with("\n}"));
  text.resize(text.size() - 2);
  text += ",\n  \"trials\": [";
  const char* separator = "\n";
  for (const TrialRecord& trial : presentation.result.trials) {
    text += separator;
    text += to_json(trial);
    separator = ",\n";
  }
  return text + "\n  ]\n}";
}

std::string draw(const Presentation& presentation, const RenderStyle&) {
  return experiment_text({{"schema", schema}}, presentation) + "\n";
}

std::string draw_batch(const BatchPresentation& batch, const RenderStyle&) {
  Json head{{"schema", schema},
            {"warnings", batch.overview.warnings},
            {"meaning", batch.overview.meaning}};
  std::string text = head.dump(2, ' ', true, Json::error_handler_t::replace);
  text.resize(text.size() - 2);
  text += ",\n  \"experiments\": [";
  const char* separator = "\n";
  for (const BatchPresentation::Experiment& experiment : batch.experiments) {
    text += separator;
    text += experiment_text({{"experiment", experiment.name}}, experiment.shown);
    separator = ",\n";
  }
  return text + "\n  ]\n}\n";
}

const FormatRegistry::Registration registered{{.name = "json",
                                               .help = "everything, with all trials, for machines",
                                               .draw = draw,
                                               .draw_batch = draw_batch}};

}  // namespace
}  // namespace bulkhead::json_format

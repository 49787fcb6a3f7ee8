// Everything for machines: the host, the whole plan, the numbers of the summary and every trial as
// it was recorded, one trial a line. ASCII only; a number that does not exist is left out, never
// NaN.

#include <cassert>
#include <cmath>
#include <nlohmann/json.hpp>

#include "runner/faults/fault.hpp"
#include "runner/reports/format.hpp"

namespace bulkhead {
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

Json build_json(const BuildFacts& build) {
  Json json = Json::object();
  put(json, "version", build.version);
  put(json, "type", build.type);
  put(json, "compiler", build.compiler);
  put(json, "flags", build.flags);
  put(json, "sanitizers", build.sanitizers);
  put(json, "boost", build.boost);
  put(json, "fmt", build.fmt);
  return json;
}

Json host_json(const HostFacts& host) {
  Json json = Json::object();
  put(json, "cpu_model", host.cpu_model);
  put(json, "cpus_usable", host.cpus_usable);
  put(json, "cpus_online", host.cpus_online);
  put(json, "cores", host.cores);
  put(json, "sockets", host.sockets);
  put(json, "memory_bytes", host.memory_bytes);
  put(json, "kernel", host.kernel);
  put(json, "libc", host.libc);
  put(json, "virtual_machine", host.virtual_machine);
  put(json, "frequency_governor", host.frequency_governor);
  put(json, "page_bytes", host.page_bytes);
  put(json, "transparent_huge_pages", host.transparent_huge_pages);
  put(json, "load_average_1min", host.load_average_1min);
  json["build"] = build_json(host.build);
  return json;
}

std::string key_of(const Parameter& parameter) {
  std::string key(parameter.name);
  if (parameter.kind == ParameterKind::bytes) key += "_bytes";
  if (parameter.kind == ParameterKind::duration) key += "_ns";
  return key;
}

Json parameters_json(const Plan& plan) {
  Json json = Json::object();
  for (const Parameter& parameter : plan.workload->parameters) {
    const auto number = plan.parameters.numbers().find(parameter.name);
    if (number != plan.parameters.numbers().end()) {
      json[key_of(parameter)] = number->second;
    } else {
      json[key_of(parameter)] = plan.parameters.text(parameter.name);
    }
  }
  return json;
}

Json fault_json(const FaultPlan& fault) {
  Json json{{"text", fault.text}, {"name", fault.entry->name}, {"worker_index", fault.worker}};
  for (const auto& [name, number] : fault.parameters.numbers()) json["parameters"][name] = number;
  for (const auto& [name, text] : fault.parameters.texts()) json["parameters"][name] = text;
  const Trigger& trigger = fault.trigger;
  json["trigger"] = to_text(trigger.kind);
  if (trigger.kind == TriggerKind::operation) json["operation"] = trigger.operation;
  if (needs_sign(trigger.kind)) json["after_ns"] = trigger.after_ns;
  if (trigger.step != 0) json["step"] = trigger.step;
  if (trigger.kind == TriggerKind::probability) json["probability"] = trigger.probability;
  return json;
}

Json modes_json(const Plan& plan) {
  Json json = Json::array();
  for (const Mode& mode : plan.modes) {
    json.push_back({{"name", mode.name},
                    {"compartments", mode.compartments},
                    {"workers_each", mode.workers_each}});
  }
  return json;
}

Json plan_json(const Plan& plan) {
  Json json{{"workload", plan.workload->name},     {"operation", plan.workload->operation},
            {"parameters", parameters_json(plan)}, {"modes", modes_json(plan)},
            {"worker_count", plan.worker_count},   {"lock", plan.lock}};
  put(json, "operations", plan.extent.operations);
  if (!plan.extent.operations) json["duration_ns"] = plan.extent.duration_ns;
  json["warm_up"] = {{"until", plan.warm_up.end == WarmUp::End::steady ? "steady" : "fixed"},
                     {"at_most_ns", plan.warm_up.at_most_ns}};
  json["rounds"] = {{"at_least", plan.rounds.at_least}, {"at_most", plan.rounds.at_most}};
  put(json["rounds"], "precision_share", plan.rounds.precision);
  json["seed"] = plan.seed;
  json["pin"] = to_text(plan.pin);
  json["libc"] = to_text(plan.libc);
  json["faults"] = Json::array();
  for (const FaultPlan& fault : plan.faults) json["faults"].push_back(fault_json(fault));
  json["restart"] = to_text(plan.restart);
  json["restart_limit"] = {{"restarts", plan.restart_limits.at_most},
                           {"period_ns", plan.restart_limits.period_ns},
                           {"first_back_off_ns", plan.restart_limits.first_back_off_ns}};
  json["shared"] = to_text(plan.shared);
  json["spares"] = plan.spares;
  json["stall_timeout_ns"] = plan.stall_timeout_ns;
  json["same_within_share"] = plan.same_within;
  json["confidence"] = plan.confidence;
  json["start_timeout_ns"] = plan.start_timeout_ns;
  json["trial_timeout_ns"] = plan.trial_timeout_ns;
  return json;
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
std::string draw(const Presentation& presentation, const RenderStyle&) {
  const Json head{{"schema", schema},
                  {"host", host_json(presentation.result.host)},
                  {"plan", plan_json(presentation.result.plan)},
                  {"summary", summary_json(presentation)}};
  std::string text = head.dump(2, ' ', true, Json::error_handler_t::replace);
  assert(text.ends_with("\n}"));
  text.resize(text.size() - 2);
  text += ",\n  \"trials\": [";
  const char* separator = "\n";
  for (const TrialRecord& trial : presentation.result.trials) {
    text += separator + to_json(trial);
    separator = ",\n";
  }
  return text + "\n  ]\n}\n";
}

const FormatRegistry::Registration registered{
    {.name = "json", .help = "everything, with all trials, for machines", .draw = draw}};

}  // namespace
}  // namespace bulkhead

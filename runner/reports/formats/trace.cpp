// A timeline in Chrome's trace-event format, for Perfetto (ui.perfetto.dev) or speedscope: who
// worked when, what struck, who noticed, who came back. One trial of each mode: the first completed
// one with faults, or without where there are none. Times are microseconds from the open gate.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/reports/format.hpp"

namespace bulkhead::trace_format {
namespace {

using Json = nlohmann::ordered_json;

/// The events of one trial, as one process of the trace.
class TrialTrace {
 public:
  TrialTrace(const TrialRecord& trial, int process, std::vector<Json>& events)
      : trial_(trial), process_(process), events_(events) {}

  void add(const std::string& name) {
    describe("process_name", 0, name);
    describe("thread_name", 0, "window");
    if (const WindowRecord* window = trial_.window()) {
      span("measured window", 0, window->start_ns, window->end_ns);
    }
    for (std::size_t worker = 0; worker < trial_.workers.size(); ++worker) add_worker(worker);
    add_rates();
  }

 private:
  [[nodiscard]] double us(std::int64_t at_ns) const {
    return static_cast<double>(std::max<std::int64_t>(at_ns - trial_.gate_ns, 0)) / 1e3;
  }

  [[nodiscard]] std::int64_t end_ns() const {
    const WindowRecord* window = trial_.window();
    return window == nullptr ? trial_.gate_ns : window->end_ns;
  }

  void put(const char* phase, const std::string& name, std::size_t thread, std::int64_t at_ns,
           const Json& more) {
    Json event{
        {"name", name}, {"ph", phase}, {"pid", process_}, {"tid", thread}, {"ts", us(at_ns)}};
    event.update(more);
    events_.push_back(std::move(event));
  }

  void describe(const char* what, std::size_t thread, const std::string& name) {
    events_.push_back({{"name", what},
                       {"ph", "M"},
                       {"pid", process_},
                       {"tid", thread},
                       {"args", {{"name", name}}}});
  }

  void span(const std::string& name, std::size_t thread, std::int64_t from_ns, std::int64_t to_ns) {
    if (to_ns <= from_ns) return;
    put("X", name, thread, from_ns, {{"dur", us(to_ns) - us(from_ns)}});
  }

  void instant(const std::string& name, std::size_t thread, std::int64_t at_ns) {
    if (at_ns > 0) put("i", name, thread, at_ns, {{"s", "t"}});
  }

  /// Works until its compartment dies, and again from the first operation of its replacement on.
  void add_worker(std::size_t index) {
    const WorkerRecord& worker = trial_.workers[index];
    const std::size_t thread = index + 1;
    describe("thread_name", thread,
             "worker " + std::to_string(index) + " in compartment " +
                 std::to_string(worker.compartment));
    if (trial_.deaths.empty() && add_spans(index, thread)) return;
    std::int64_t from_ns = trial_.gate_ns;
    for (const DeathRecord& death : trial_.deaths) {
      if (death.compartment != worker.compartment || from_ns == 0) continue;
      const std::int64_t died_ns = death.struck_ns > 0 ? death.struck_ns : death.noticed_ns;
      span("works", thread, from_ns, died_ns);
      if (worker.strikes > 0) instant("fault strikes", thread, death.struck_ns);
      instant("noticed: " + to_text(death.cause), thread, death.noticed_ns);
      span("down", thread, died_ns, death.recovered_ns > 0 ? death.recovered_ns : end_ns());
      instant("works again", thread, death.recovered_ns);
      from_ns = death.recovered_ns;
    }
    if (from_ns > 0) span("works", thread, from_ns, end_ns());
  }

  /// What the workload itself saw, where it did.
  bool add_spans(std::size_t index, std::size_t thread) {
    for (const Span& one : trial_.verify.spans) {
      if (one.worker == index) span("runs", thread, one.begin_ns, one.end_ns);
    }
    return !trial_.verify.spans.empty();
  }

  void add_rates() {
    const WindowRecord* window = trial_.window();
    if (window == nullptr) return;
    for (std::size_t point = 1; point < trial_.progress.size(); ++point) {
      const auto& [before_ns, before_units] = trial_.progress[point - 1];
      const auto& [now_ns, now_units] = trial_.progress[point];
      if (now_ns <= before_ns || now_units < before_units) continue;
      const double per_s = static_cast<double>(now_units - before_units) /
                           (static_cast<double>(now_ns - before_ns) / 1e9);
      put("C", "units per second", 0, window->start_ns + before_ns,
          {{"args", {{"units/s", per_s}}}});
    }
  }

  const TrialRecord& trial_;
  int process_;
  std::vector<Json>& events_;
};

const TrialRecord* telling_trial(const ExperimentResult& result, std::uint32_t mode) {
  const TrialRecord* telling = nullptr;
  for (const TrialRecord& trial : result.trials) {
    if (trial.id.mode != mode || trial.status != TrialStatus::completed) continue;
    if (telling == nullptr || (trial.id.with_faults && !telling->id.with_faults)) telling = &trial;
  }
  return telling;
}

void add_experiment(const Presentation& shown, const std::string& prefix,
                    std::vector<Json>& events) {
  const int first = events.empty() ? 1 : events.back().at("pid").get<int>() + 1;
  for (std::uint32_t mode = 0; mode < shown.result.plan.modes.size(); ++mode) {
    const TrialRecord* trial = telling_trial(shown.result, mode);
    if (trial == nullptr) continue;
    TrialTrace(*trial, first + static_cast<int>(mode), events)
        .add(prefix + shown.result.plan.modes[mode].name);
  }
}

/// An event a line.
std::string text_of(const std::vector<Json>& events) {
  std::string text = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
  const char* separator = "\n";
  for (const Json& event : events) {
    text += separator;
    text += event.dump(-1, ' ', true, Json::error_handler_t::replace);
    separator = ",\n";
  }
  return text + "\n]}\n";
}

std::string draw(const Presentation& presentation, const RenderStyle&) {
  std::vector<Json> events;
  add_experiment(presentation, "", events);
  return text_of(events);
}

std::string draw_batch(const BatchPresentation& batch, const RenderStyle&) {
  std::vector<Json> events;
  for (const BatchPresentation::Experiment& experiment : batch.experiments) {
    add_experiment(experiment.shown, experiment.name + ", ", events);
  }
  return text_of(events);
}

const FormatRegistry::Registration registered{
    {.name = "trace",
     .help = "timeline of one trial of each mode, for Perfetto (Chrome's trace events)",
     .draw = draw,
     .draw_batch = draw_batch}};

}  // namespace
}  // namespace bulkhead::trace_format

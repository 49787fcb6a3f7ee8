#include "runner/reports/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/reports/cost_table.hpp"
#include "runner/reports/explain/explain.hpp"
#include "runner/reports/facts.hpp"
#include "runner/reports/fault_table.hpp"
#include "runner/reports/number.hpp"
#include "runner/reports/shape_table.hpp"
#include "runner/reports/warnings.hpp"

namespace bulkhead {
namespace {

/// Reading a clock twice takes about 50 ns; below this, a latency is mostly that.
constexpr std::uint64_t clock_limit_ns = 60;

bool is_below_clock(const ModeSummary& mode) {
  return mode.cost.latency && mode.cost.latency->p50_ns < clock_limit_ns;
}

/// "a < b < c": who called whom when the first worker crashed; empty where nobody could say.
std::string stack_footnote(const Summary& summary) {
  constexpr std::size_t most_frames = 8;
  for (const ModeSummary& mode : summary.modes) {
    if (!mode.isolation || !mode.isolation->crash) continue;
    std::vector<std::string> frames = mode.isolation->crash->stack;
    if (frames.size() > most_frames) frames.resize(most_frames);
    return fmt::format("Stack of the worker that crashed in {}: {}.", mode.mode.name,
                       fmt::join(frames, " < "));
  }
  return "";
}

std::vector<std::string> footnotes_of(const Summary& summary) {
  std::vector<std::string> footnotes = speed_footnotes(summary);
  if (std::any_of(summary.modes.begin(), summary.modes.end(), is_below_clock)) {
    footnotes.emplace_back(
        "Operations shorter than about 50 ns cannot be resolved by reading a clock: take their "
        "time from the throughput.");
  }
  if (std::string stack = stack_footnote(summary); !stack.empty()) {
    footnotes.push_back(std::move(stack));
  }
  return footnotes;
}

std::string title_of(const Plan& plan) {
  std::vector<std::string> modes;
  for (const Mode& mode : plan.modes) modes.push_back(mode.name);
  return fmt::format("bulkhead {}, {}: {}", plan.workload->name,
                     plural(plan.worker_count, "worker"), enumerate(modes));
}

/// Of the first completed trial of each mode.
std::vector<ReportExhibit> exhibits_of(const ExperimentResult& result) {
  std::vector<ReportExhibit> exhibits;
  for (std::uint32_t mode = 0; mode < result.plan.modes.size(); ++mode) {
    const auto telling =
        std::find_if(result.trials.begin(), result.trials.end(), [mode](const TrialRecord& trial) {
          return trial.id.mode == mode && trial.status == TrialStatus::completed &&
                 !trial.verify.exhibit.empty();
        });
    if (telling == result.trials.end()) continue;
    exhibits.push_back(
        {fmt::format("In mode {}, round {}", result.plan.modes[mode].name, telling->id.round + 1),
         telling->verify.exhibit});
  }
  return exhibits;
}

/// The sentence on shapes comes first: it answers what was asked.
void add_shapes(Report& report, const ExperimentResult& result, const Summary& summary) {
  const ShapeFront front = find_front(result);
  report.tables.push_back(shape_table(summary, front));
  if (report.meaning.size() == most_sentences) report.meaning.pop_back();
  report.meaning.insert(report.meaning.begin(), shape_sentence(result.plan, front));
}

}  // namespace

Report make_report(const ExperimentResult& result, const Summary& summary) {
  Report report;
  report.title = title_of(result.plan);
  report.facts = describe_facts(result, summary);
  report.warnings = find_warnings(result, summary);
  for (const Mode& mode : result.plan.modes) report.modes.push_back(mode.name);
  report.tables.push_back(cost_table(summary));
  if (!result.plan.faults.empty()) report.tables.push_back(fault_table(summary));
  report.exhibits = exhibits_of(result);
  report.meaning = explain(summary);
  if (has_shapes(result.plan)) add_shapes(report, result, summary);
  report.footnotes = footnotes_of(summary);
  return report;
}

}  // namespace bulkhead

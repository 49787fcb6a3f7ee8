#include "runner/reports/step_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/reports/facts.hpp"
#include "runner/reports/format.hpp"
#include "runner/reports/rows.hpp"
#include "runner/reports/warnings.hpp"
#include "runner/trial/containment.hpp"

namespace bulkhead {
namespace {

/// What became of the state and the others after a crash at one step.
enum class StepEnd { not_run, not_reached, sound, lossy, torn, unreachable, stuck };

bool stands_still(const TrialRecord& trial) {
  return trial.killed_at_end > 0 ||
         std::any_of(trial.workers.begin(), trial.workers.end(), is_stuck);
}

StepEnd end_of_step(const TrialRecord* trial, TriggerKind kind) {
  if (trial == nullptr || trial->status != TrialStatus::completed) return StepEnd::not_run;
  if (!reached(*trial, kind)) return StepEnd::not_reached;
  if (stands_still(*trial)) return StepEnd::stuck;
  switch (trial->verify.health) {
    case VerifyRecord::Health::sound:
      return StepEnd::sound;
    case VerifyRecord::Health::lossy:
      return StepEnd::lossy;
    case VerifyRecord::Health::torn:
      return StepEnd::torn;
    case VerifyRecord::Health::unreachable:
      break;
  }
  return StepEnd::unreachable;
}

std::string_view end_text(StepEnd end) {
  switch (end) {
    case StepEnd::not_run:
      return not_available;
    case StepEnd::not_reached:
      return "not reached";
    case StepEnd::sound:
      return "sound";
    case StepEnd::lossy:
      return "units lost";
    case StepEnd::torn:
      return "torn";
    case StepEnd::unreachable:
      return "unreachable";
    case StepEnd::stuck:
      break;
  }
  return "hang";
}

bool is_struck(StepEnd end) {
  return end != StepEnd::not_run && end != StepEnd::not_reached;
}

class Steps {
 public:
  explicit Steps(const StepResult& result) : result_(result) {}

  [[nodiscard]] const std::vector<Mode>& modes() const { return result_.experiment.plan.modes; }

  [[nodiscard]] StepEnd end(const StepRow& row, std::uint32_t mode) const {
    return end_of_step(step_trial(result_, row, mode), row.kind);
  }

  template <class Predicate>
  [[nodiscard]] std::uint32_t count(std::uint32_t mode, Predicate is_such) const {
    return static_cast<std::uint32_t>(
        std::count_if(result_.rows.begin(), result_.rows.end(),
                      [&](const StepRow& row) { return is_such(end(row, mode)); }));
  }

  /// One group for the section and one for the repair of each fault.
  [[nodiscard]] std::vector<RowGroup> groups() const {
    std::vector<RowGroup> groups;
    for (const StepRow& row : result_.rows) {
      if (row.step == 1) groups.emplace_back();
      std::vector<ReportCell> cells;
      for (std::uint32_t mode = 0; mode < modes().size(); ++mode) {
        cells.push_back(cell(end(row, mode)));
      }
      groups.back().push_back(text_row(row.label, row.label, "", std::move(cells)));
    }
    return groups;
  }

 private:
  static ReportCell cell(StepEnd end) {
    ReportCell cell;
    cell.text = end_text(end);
    if (is_struck(end)) cell.tone = end == StepEnd::sound ? Tone::good : Tone::bad;
    return cell;
  }

  const StepResult& result_;
};

template <class Predicate>
ReportRow count_row(const Steps& steps, std::string_view measure, std::string_view label,
                    Predicate is_such) {
  std::vector<ReportCell> cells;
  for (std::uint32_t mode = 0; mode < steps.modes().size(); ++mode) {
    ReportCell cell;
    cell.value = steps.count(mode, is_such);
    cell.text = part_of(steps.count(mode, is_such), steps.count(mode, is_struck));
    cells.push_back(std::move(cell));
  }
  return text_row(measure, label, "count", std::move(cells));
}

RowGroup total_rows(const Steps& steps) {
  return {count_row(steps, "sound", "sound at the end",
                    [](StepEnd end) { return end == StepEnd::sound; }),
          count_row(steps, "hang", "hang", [](StepEnd end) { return end == StepEnd::stuck; }),
          count_row(steps, "not_sound", "torn, lost or unreachable", [](StepEnd end) {
            return is_struck(end) && end != StepEnd::sound && end != StepEnd::stuck;
          })};
}

std::string meaning(const Steps& steps) {
  std::vector<std::string> parts;
  for (std::uint32_t mode = 0; mode < steps.modes().size(); ++mode) {
    const std::uint32_t struck = steps.count(mode, is_struck);
    const std::uint32_t sound =
        steps.count(mode, [](StepEnd end) { return end == StepEnd::sound; });
    if (struck == 0) continue;
    parts.push_back(fmt::format("{} in {}", part_of(sound, struck), steps.modes()[mode].name));
  }
  return parts.empty() ? "No step was reached."
                       : fmt::format(
                             "Crashes after which the state was sound and nobody stood "
                             "still: {}.",
                             enumerate(parts));
}

}  // namespace

Report make_step_report(const StepResult& result, const Summary& control) {
  const Steps steps(result);
  const Plan& plan = result.experiment.plan;
  Report report;
  report.title = fmt::format("bulkhead faults --exhaust-steps, {}, lock {}, {}",
                             plan.workload->name, plan.lock, plural(plan.worker_count, "worker"));
  report.facts = describe_facts(result.experiment, control);
  report.warnings = find_warnings(result.experiment, control);
  for (const Mode& mode : steps.modes()) report.modes.push_back(mode.name);
  report.tables.push_back(
      {"steps", "The state at the end after a crash at each step, one trial each", steps.groups()});
  report.tables.push_back({"totals", "Totals", {total_rows(steps)}});
  report.meaning = {meaning(steps)};
  report.footnotes = {
      "step=K: of the critical section; repair-step=K: of the repair by whoever takes the lock "
      "after a crash in it. The rows end where no mode reaches another step."};
  return report;
}

std::string render(const StepResult& result, std::string_view format, const RenderStyle& style) {
  const Summary control = summarize(result.experiment);
  return draw({result.experiment, control, make_step_report(result, control)}, format, style);
}

}  // namespace bulkhead

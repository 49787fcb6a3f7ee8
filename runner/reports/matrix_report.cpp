#include "runner/reports/matrix_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "runner/options/units.hpp"
#include "runner/reports/cost_table.hpp"
#include "runner/reports/explain/sentences.hpp"
#include "runner/reports/facts.hpp"
#include "runner/reports/format.hpp"
#include "runner/reports/rows.hpp"
#include "runner/reports/text.hpp"
#include "runner/reports/warnings.hpp"
#include "runner/trial/containment.hpp"

namespace bulkhead {
namespace {

constexpr const char* finding_mark = "!";

/// What one trial of the matrix came to.
struct Cell {
  const TrialRecord* trial = nullptr;  // Null: not run.
  Outcome seen = Outcome::harmless;
  Outcome expected = Outcome::harmless;
  bool as_expected = true;

  [[nodiscard]] bool counts() const {
    return trial != nullptr && trial->status == TrialStatus::completed && trial->fault_struck;
  }
  [[nodiscard]] bool is_finding() const { return counts() && !as_expected; }
  [[nodiscard]] bool is_contained() const {
    return counts() && (seen == Outcome::harmless || seen == Outcome::contained);
  }
};

/// All that the report is made from, in one place.
class Matrix {
 public:
  explicit Matrix(const MatrixResult& result) : result_(result) {}

  [[nodiscard]] const std::vector<MatrixRow>& rows() const { return result_.rows; }
  [[nodiscard]] const std::vector<Mode>& modes() const { return result_.experiment.plan.modes; }

  [[nodiscard]] const std::vector<TrialRecord>& trials() const { return result_.experiment.trials; }

  [[nodiscard]] Cell cell(const MatrixRow& row, std::uint32_t mode) const {
    const TrialRecord* trial = matrix_trial(result_, *row.fault, mode);
    return trial == nullptr ? Cell() : cell_of(*trial, *row.fault);
  }

  [[nodiscard]] Cell cell_of(const TrialRecord& trial, const FaultEntry& fault) const {
    Cell cell;
    cell.trial = &trial;
    if (!cell.counts()) return cell;
    const Mode& mode = modes()[trial.id.mode];
    cell.seen = outcome_of(trial, result_.fault_free_rates[trial.id.mode]);
    cell.expected = expected_outcomes(fault, mode).front();
    cell.as_expected = is_expected(fault, mode, cell.seen);
    return cell;
  }

  template <class Predicate>
  [[nodiscard]] std::uint32_t count(std::uint32_t mode, Predicate is_such) const {
    std::uint32_t number = 0;
    for (const MatrixRow& row : rows()) number += is_such(cell(row, mode)) ? 1 : 0;
    return number;
  }

 private:
  const MatrixResult& result_;
};

Tone tone_of(const Cell& cell) {
  if (cell.is_finding()) return Tone::doubtful;
  return cell.is_contained() ? Tone::good : Tone::bad;
}

/// "contained", or "lost all!" where something else was expected.
ReportCell seen_cell(const Cell& cell) {
  ReportCell shown;
  shown.text = not_available;
  if (cell.trial == nullptr) return shown;
  if (cell.trial->status != TrialStatus::completed) {
    shown.text = cell.trial->status == TrialStatus::failed ? "failed" : "interrupted";
    shown.note = cell.trial->reason;
    shown.tone = Tone::doubtful;
    return shown;
  }
  if (!cell.trial->fault_struck) {
    shown.text = "did not strike";
    return shown;
  }
  shown.text = shown.note = to_text(cell.seen);
  if (cell.is_finding()) {
    shown.text += finding_mark;
    shown.note += fmt::format("; expected: {}", to_text(cell.expected));
  }
  shown.tone = tone_of(cell);
  return shown;
}

/// "SIGSEGV 4 of 4": how it ended and how many workers were lost.
ReportCell ends_cell(const Cell& cell) {
  ReportCell shown;
  if (!cell.counts()) return shown;
  const auto& workers = cell.trial->workers;
  const auto lost = std::count_if(workers.begin(), workers.end(),
                                  [](const WorkerRecord& worker) { return worker.deaths > 0; });
  if (cell.trial->deaths.empty()) return shown;
  shown.text =
      fmt::format("{} {}/{}", to_text(cell.trial->deaths.front().cause), lost, workers.size());
  return shown;
}

template <class Make>
std::vector<ReportCell> cells_of_row(const Matrix& matrix, const MatrixRow& row, Make make) {
  std::vector<ReportCell> cells;
  for (std::uint32_t mode = 0; mode < matrix.modes().size(); ++mode) {
    cells.push_back(make(matrix.cell(row, mode)));
  }
  return cells;
}

/// One group per family, in the order in which the families first appear.
std::vector<RowGroup> outcome_groups(const Matrix& matrix) {
  std::vector<std::string_view> families;
  std::vector<RowGroup> groups;
  for (const MatrixRow& row : matrix.rows()) {
    if (!row.skipped.empty()) continue;
    const auto known = std::find(families.begin(), families.end(), row.fault->family);
    const auto index = static_cast<std::size_t>(known - families.begin());
    if (known == families.end()) {
      families.push_back(row.fault->family);
      groups.emplace_back();
    }
    groups[index].push_back(
        text_row(row.fault->name, row.fault->name, "", cells_of_row(matrix, row, seen_cell)));
    ReportRow ends = text_row("", "", "", cells_of_row(matrix, row, ends_cell));
    const bool any = std::any_of(ends.cells.begin(), ends.cells.end(),
                                 [](const ReportCell& cell) { return !cell.text.empty(); });
    if (any) groups[index].push_back(std::move(ends));
  }
  return groups;
}

ReportRow count_row(const Matrix& matrix, std::string_view measure, std::string_view label,
                    bool (*is_such)(const Cell&)) {
  std::vector<ReportCell> cells;
  for (std::uint32_t mode = 0; mode < matrix.modes().size(); ++mode) {
    const std::uint32_t all = matrix.count(mode, [](const Cell& cell) { return cell.counts(); });
    const std::uint32_t count = matrix.count(mode, is_such);
    ReportCell cell;
    cell.value = count;
    cell.text = part_of(count, all);
    cells.push_back(std::move(cell));
  }
  return text_row(measure, label, "count", std::move(cells));
}

template <Outcome outcome>
bool ended_as(const Cell& cell) {
  return cell.counts() && cell.seen == outcome;
}

RowGroup total_rows(const Matrix& matrix) {
  return {count_row(matrix, "contained", "contained or harmless",
                    [](const Cell& cell) { return cell.is_contained(); }),
          count_row(matrix, "degraded", "degraded", ended_as<Outcome::degraded>),
          count_row(matrix, "lost_all", "lost all", ended_as<Outcome::lost_all>),
          count_row(matrix, "silent", "silent corruption", ended_as<Outcome::silent>),
          count_row(matrix, "hang", "hang", ended_as<Outcome::hang>),
          count_row(matrix, "findings", "not as expected",
                    [](const Cell& cell) { return cell.is_finding(); })};
}

RowGroup memory_rows_of(const Summary& control) {
  RowGroup rows;
  const double workers = control.plan.worker_count;
  add_row(
      rows,
      number_row({"memory_bytes_pss_per_worker", "memory per worker, PSS", Quantity::bytes},
                 numbers_of(control, [workers](const ModeSummary& mode) -> std::optional<double> {
                   if (!mode.cost.memory) return std::nullopt;
                   return mode.cost.memory->pss_bytes / workers;
                 })));
  return rows;
}

/// "60 of 70 in process and 20 of 70 in thread"; empty where no fault has struck yet.
std::string containment_sentence(const Matrix& matrix) {
  std::vector<std::string> parts;
  for (std::uint32_t mode = 0; mode < matrix.modes().size(); ++mode) {
    const auto all = matrix.count(mode, [](const Cell& cell) { return cell.counts(); });
    const auto contained = matrix.count(mode, [](const Cell& cell) { return cell.is_contained(); });
    if (all == 0) continue;
    parts.push_back(fmt::format("{} in {}", part_of(contained, all), matrix.modes()[mode].name));
  }
  if (parts.empty()) return "";
  return fmt::format("Faults whose damage stayed with one worker, or that did none: {}.",
                     enumerate(parts));
}

/// "cpu-hog in process (degraded)" for each trial that was a surprise and was followed by one that
/// was none: that was as expected, or, with `came_to_nothing`, that has no outcome.
std::vector<std::string> passing_surprises(const Matrix& matrix, bool came_to_nothing) {
  std::vector<std::string> texts;
  for (const TrialRecord& trial : matrix.trials()) {
    const auto row = std::find_if(matrix.rows().begin(), matrix.rows().end(), [&](const auto& one) {
      return trial.id.with_faults && one.fault->name == trial.id.fault;
    });
    if (row == matrix.rows().end()) continue;
    const Cell first = matrix.cell_of(trial, *row->fault);
    const Cell last = matrix.cell(*row, trial.id.mode);
    if (!first.is_finding() || last.is_finding() || last.counts() == came_to_nothing) continue;
    texts.push_back(fmt::format("{} in {} ({})", row->fault->name,
                                matrix.modes()[trial.id.mode].name, to_text(first.seen)));
  }
  return texts;
}

std::vector<std::string> meaning_of(const Matrix& matrix, const Summary& control) {
  std::vector<std::string> sentences;
  const std::string contained = containment_sentence(matrix);
  if (!contained.empty()) sentences.push_back(contained);
  for (const auto& price : {speed_sentence(control), memory_sentence(control)}) {
    if (price) sentences.push_back(*price);
  }
  for (const MatrixRow& row : matrix.rows()) {
    for (std::uint32_t mode = 0; mode < matrix.modes().size(); ++mode) {
      const Cell cell = matrix.cell(row, mode);
      if (!cell.is_finding()) continue;
      sentences.push_back(fmt::format("Finding: {} in {} was expected to be {} and was {}.",
                                      row.fault->name, matrix.modes()[mode].name,
                                      to_text(cell.expected), to_text(cell.seen)));
    }
  }
  return sentences;
}

std::vector<std::string> footnotes_of(const Matrix& matrix, const Summary& control) {
  std::vector<std::string> footnotes{
      "contained: one worker was lost at most, the state is sound and the others went on; "
      "degraded: "
      "more was lost or slowed down, not all; silent corruption: nobody noticed during the run; "
      "hang: somebody stood still at the end."};
  for (std::string& footnote : speed_footnotes(control)) footnotes.push_back(std::move(footnote));
  for (std::uint32_t mode = 0; mode < matrix.modes().size(); ++mode) {
    if (matrix.count(mode, [](const Cell& cell) { return cell.is_finding(); }) == 0) continue;
    footnotes.push_back(
        fmt::format("{} Not what the catalogue expects, in two trials.", finding_mark));
    break;
  }
  const auto add_passing = [&](bool came_to_nothing, std::string_view what) {
    const std::vector<std::string> passing = passing_surprises(matrix, came_to_nothing);
    if (!passing.empty()) footnotes.push_back(fmt::format("{}: {}.", what, enumerate(passing)));
  };
  add_passing(false,
              "Once, and not when it was repeated, something else than the catalogue expects");
  add_passing(true,
              "Something else than the catalogue expects, and no outcome when it was repeated");
  for (const MatrixRow& row : matrix.rows()) {
    if (row.skipped.empty()) continue;
    footnotes.push_back(fmt::format("{} was skipped: {}", row.fault->name, row.skipped));
  }
  return footnotes;
}

}  // namespace

Report make_matrix_report(const MatrixResult& result, const Summary& control) {
  const Matrix matrix(result);
  Report report;
  report.title = fmt::format("bulkhead faults, {}, {}", result.experiment.plan.workload->name,
                             plural(result.experiment.plan.worker_count, "worker"));
  report.facts = describe_facts(result.experiment, control);
  report.warnings = find_warnings(result.experiment, control);
  for (const Mode& mode : matrix.modes()) report.modes.push_back(mode.name);
  ReportTable table;
  table.section = "containment";
  table.title =
      fmt::format("What became of the others: each fault struck worker 1, in a window of {}",
                  exact_duration(result.window_ns));
  table.groups = outcome_groups(matrix);
  report.tables.push_back(std::move(table));
  report.tables.push_back({"totals", "Totals", {total_rows(matrix)}});
  report.tables.push_back({"price",
                           "What the walls cost without faults",
                           {speed_rows(control), memory_rows_of(control)}});
  report.meaning = meaning_of(matrix, control);
  report.footnotes = footnotes_of(matrix, control);
  return report;
}

std::string render(const MatrixResult& result, std::string_view format, const RenderStyle& style) {
  const Summary control = summarize(result.experiment);
  return draw({result.experiment, control, make_matrix_report(result, control)}, format, style);
}

}  // namespace bulkhead

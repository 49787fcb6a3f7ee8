#include "runner/reports/compare_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/reports/number.hpp"
#include "runner/reports/rows.hpp"

namespace bulkhead {
namespace {

/// Whether the new value is better, worse, or neither is sure.
Tone tone_of(const RatioEstimate& ratio, const StoredMeasure& measure, double same_within) {
  switch (judge(ratio, same_within).verdict) {
    case SpeedVerdict::faster:
      return measure.larger_is_better ? Tone::good : Tone::bad;
    case SpeedVerdict::slower:
      return measure.larger_is_better ? Tone::bad : Tone::good;
    case SpeedVerdict::same:
      return Tone::plain;
    case SpeedVerdict::cannot_tell:
      return Tone::doubtful;
  }
  return Tone::plain;
}

/// Says in words what the tone says in colour.
std::string_view word_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "better";
    case Tone::bad:
      return "worse";
    case Tone::doubtful:
      return "cannot tell";
    case Tone::plain:
      return "same";
  }
  return "";
}

ReportCell cell_of(const ComparedRow& row, std::size_t index) {
  ReportCell cell;
  cell.text = not_available;
  const auto& ratio = row.ratios[index];
  if (!ratio) return cell;
  cell.tone = tone_of(*ratio, stored_measures()[index], row.same_within);
  cell.value = ratio->ratio;
  cell.text = ratio_text(ratio->ratio);
  if (ratio->interval) {
    cell.low = ratio->interval->low;
    cell.high = ratio->interval->high;
    cell.text += fmt::format(" ({}-{})", ratio_text(*cell.low), ratio_text(*cell.high));
  }
  cell.note = word_of(cell.tone);
  cell.text += fmt::format(" {}", cell.note);
  return cell;
}

std::vector<std::size_t> measures_in(const StoredComparison& comparison) {
  std::vector<std::size_t> indices;
  for (std::size_t index = 0; index < stored_measures().size(); ++index) {
    const bool any = std::any_of(comparison.rows.begin(), comparison.rows.end(),
                                 [index](const ComparedRow& row) { return row.ratios[index]; });
    if (any) indices.push_back(index);
  }
  return indices;
}

/// Throughput is the first of all measures.
bool is_telling(std::size_t index, const StoredComparison& comparison,
                const std::vector<FailRule>& rules) {
  const auto names_it = [index](const FailRule& rule) { return rule.measure == index; };
  const auto surely_differs = [index](const ComparedRow& row) {
    if (!row.ratios[index]) return false;
    const Tone tone = tone_of(*row.ratios[index], stored_measures()[index], row.same_within);
    return tone == Tone::good || tone == Tone::bad;
  };
  return index == 0 || std::any_of(rules.begin(), rules.end(), names_it) ||
         std::any_of(comparison.rows.begin(), comparison.rows.end(), surely_differs);
}

std::string tally_sentence(const StoredComparison& comparison, std::size_t index) {
  std::size_t better = 0, worse = 0, same = 0, unsure = 0;
  for (const ComparedRow& row : comparison.rows) {
    if (!row.ratios[index]) continue;
    const Tone tone = tone_of(*row.ratios[index], stored_measures()[index], row.same_within);
    ++(tone == Tone::good    ? better
       : tone == Tone::bad   ? worse
       : tone == Tone::plain ? same
                             : unsure);
  }
  return fmt::format("{}: better in {}, worse in {}, the same in {}, cannot tell in {}.",
                     stored_measures()[index].name, better, worse, same, unsure);
}

std::vector<std::string> verdicts(const StoredComparison& comparison,
                                  const std::vector<FailRule>& rules) {
  std::vector<std::string> sentences;
  for (const FailRule& rule : rules) {
    const RuleFindings findings = apply(rule, comparison);
    for (const std::string& failed : findings.failed) sentences.push_back("FAILED: " + failed);
    if (!findings.failed.empty()) continue;
    sentences.push_back(fmt::format("held: {} ({}{})", rule.text, plural(findings.judged, "row"),
                                    findings.cannot_tell == 0
                                        ? ""
                                        : fmt::format(", of which {} lie beyond it without being "
                                                      "sure",
                                                      findings.cannot_tell)));
  }
  return sentences;
}

}  // namespace

Report make_compare_report(const StoredComparison& comparison, const ComparedPlaces& places,
                           double confidence, const std::vector<FailRule>& rules,
                           CompareColumns columns) {
  Report report;
  report.title = fmt::format("{} against {}", places.after, places.before);
  report.facts = {{"old", places.before},
                  {"new", places.after},
                  {"numbers", fmt::format("new over old, with intervals that all hold together "
                                          "with {} for each measure",
                                          percent(confidence))}};
  report.warnings = comparison.warnings;
  const std::vector<std::size_t> all = measures_in(comparison);
  std::vector<std::size_t> measures;
  for (const std::size_t index : all) {
    if (columns == CompareColumns::all || is_telling(index, comparison, rules)) {
      measures.push_back(index);
    }
  }
  ReportTable table{"comparison", "New over old", {}};
  for (const std::size_t index : measures) report.modes.emplace_back(stored_measures()[index].name);
  for (const ComparedRow& row : comparison.rows) {
    ReportRow line;
    line.measure = row.experiment + " " + row.mode;
    line.label = row.experiment + " " + row.mode;
    line.unit = "ratio";
    for (const std::size_t index : measures) line.cells.push_back(cell_of(row, index));
    table.groups.push_back({std::move(line)});
  }
  if (!measures.empty()) report.tables.push_back(std::move(table));
  report.meaning = verdicts(comparison, rules);
  for (const std::size_t index : all) {
    report.meaning.push_back(tally_sentence(comparison, index));
  }
  return report;
}

}  // namespace bulkhead

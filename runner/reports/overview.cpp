#include "runner/reports/overview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/reports/cost_table.hpp"
#include "runner/reports/measured_table.hpp"
#include "runner/reports/number.hpp"
#include "runner/reports/rows.hpp"
#include "runner/reports/scaling.hpp"

namespace bulkhead {
namespace {

using Experiments = std::vector<BatchPresentation::Experiment>;

ReportCell text_cell(std::string text) {
  ReportCell cell;
  cell.text = std::move(text);
  return cell;
}

ReportCell nothing_cell() {
  return text_cell(std::string(not_available));
}

void set_interval(ReportCell& cell, const std::optional<Interval>& interval) {
  if (!interval) return;
  cell.low = interval->low;
  cell.high = interval->high;
}

ReportCell throughput_cell(const ModeSummary& mode) {
  const auto& throughput = mode.cost.throughput;
  if (!throughput) return nothing_cell();
  ReportCell cell = text_cell(with_unit(Quantity::rate, throughput->median_per_s));
  cell.value = throughput->median_per_s;
  set_interval(cell, throughput->interval);
  if (mode.cost.trust.left_disturbed > 0) {
    cell.text += disturbed_mark;
    cell.tone = Tone::doubtful;
  }
  return cell;
}

/// The end of an interval, short: with few rounds on a busy machine it may be next to nothing.
std::string end_text(double ratio) {
  constexpr double least = 0.001;
  return ratio < least ? "<0.001" : ratio_text(ratio);
}

/// "1.031 (1.02-1.04)"
ReportCell ratio_cell(const ModeSummary& mode) {
  if (!mode.comparison) return text_cell("");
  const RatioEstimate& estimate = mode.comparison->estimate;
  ReportCell cell = text_cell(ratio_text(estimate.ratio));
  cell.value = estimate.ratio;
  set_interval(cell, estimate.interval);
  if (estimate.interval) {
    cell.text += fmt::format(" ({}-{})", end_text(estimate.interval->low),
                             end_text(estimate.interval->high));
  }
  return cell;
}

/// What became of most trials, where the number of the lost does not say it.
std::string outcome_text(const IsolationSummary& isolation) {
  if (isolation.outcomes.empty()) return "";
  const auto& [outcome, count] = isolation.outcomes.front();
  if (outcome == Outcome::lost_all) return "";
  std::string text(to_text(outcome));
  if (count < isolation.struck) text += " " + part_of(count, isolation.struck);
  return text;
}

/// What the faults did: "1 of 4 lost; contained", "0 of 4 lost; silent corruption; torn 3 of 3".
ReportCell damage_cell(const ModeSummary& mode) {
  if (!mode.isolation) return text_cell("");
  const ReportCell lost = range_cell(mode.isolation->lost_workers, mode.mode.worker_count());
  const StateCount& state = mode.isolation->state;
  std::string text = lost.text + " lost";
  const std::string outcome = outcome_text(*mode.isolation);
  if (!outcome.empty()) text += "; " + outcome;
  if (!state.all_sound()) text += "; " + state_cell(state).text;
  ReportCell cell = text_cell(std::move(text));
  cell.value = lost.value;
  return cell;
}

/// What every overview has, and what only one with faults has.
struct Columns {
  bool with_faults = false;

  [[nodiscard]] std::vector<std::string> heads() const {
    std::vector<std::string> all{"throughput", "ratio to the first", "verdict"};
    if (with_faults) all.emplace_back("with faults");
    return all;
  }

  [[nodiscard]] std::vector<ReportCell> cells(const ModeSummary& mode, bool is_first) const {
    std::vector<ReportCell> all{throughput_cell(mode), ratio_cell(mode),
                                is_first ? text_cell("reference") : verdict_cell(mode)};
    if (with_faults) all.push_back(damage_cell(mode));
    return all;
  }
};

/// The name, and how far it is where it is not at its end.
std::string head_label(const BatchPresentation::Experiment& experiment) {
  const Summary& summary = experiment.shown.summary;
  const Rounds& rounds = summary.plan.rounds;
  if (rounds.precision || summary.rounds >= rounds.at_most) return experiment.name;
  return fmt::format("{} ({} rounds)", experiment.name, part_of(summary.rounds, rounds.at_most));
}

ReportRow row_of(std::string measure, std::string label, std::vector<ReportCell> cells) {
  ReportRow row;
  row.measure = std::move(measure);
  row.label = std::move(label);
  row.cells = std::move(cells);
  return row;
}

RowGroup rows_of(const BatchPresentation::Experiment& experiment, const Columns& columns) {
  const Summary& summary = experiment.shown.summary;
  RowGroup group;
  group.push_back(
      row_of("", head_label(experiment), std::vector<ReportCell>(columns.heads().size())));
  for (const ModeSummary& mode : summary.modes) {
    group.push_back(row_of(experiment.name + " " + mode.mode.name, "  " + mode.mode.name,
                           columns.cells(mode, &mode == &summary.modes.front())));
  }
  return group;
}

/// How often each verdict was given on one pair of modes.
struct Tally {
  std::string first, mode;
  std::uint32_t faster = 0, slower = 0, same = 0, cannot_tell = 0;

  [[nodiscard]] std::uint32_t all() const { return faster + slower + same + cannot_tell; }

  void add(SpeedVerdict verdict) {
    switch (verdict) {
      case SpeedVerdict::faster:
        ++faster;
        break;
      case SpeedVerdict::slower:
        ++slower;
        break;
      case SpeedVerdict::same:
        ++same;
        break;
      case SpeedVerdict::cannot_tell:
        ++cannot_tell;
        break;
    }
  }

  [[nodiscard]] std::string sentence() const {
    std::vector<std::string> parts;
    const auto say = [&parts](std::uint32_t count, std::string_view what) {
      if (count > 0) parts.push_back(fmt::format("{} in {}", what, whole(count)));
    };
    say(faster, "faster");
    say(slower, "slower");
    say(same, "the same");
    say(cannot_tell, "cannot tell");
    return fmt::format("{} against {}, of {}: {}.", mode, first, plural(all(), "experiment"),
                       fmt::join(parts, ", "));
  }
};

std::vector<std::string> speed_sentences(const Experiments& experiments) {
  std::vector<Tally> tallies;
  for (const auto& experiment : experiments) {
    const std::vector<ModeSummary>& modes = experiment.shown.summary.modes;
    for (const ModeSummary& mode : modes) {
      if (!mode.comparison) continue;
      const std::string& first = modes.front().mode.name;
      auto tally = std::find_if(tallies.begin(), tallies.end(), [&](const Tally& known) {
        return known.first == first && known.mode == mode.mode.name;
      });
      if (tally == tallies.end()) {
        tally = tallies.insert(tallies.end(), Tally{.first = first, .mode = mode.mode.name});
      }
      tally->add(mode.comparison->judgement.verdict);
    }
  }
  std::vector<std::string> sentences;
  sentences.reserve(tallies.size());
  for (const Tally& tally : tallies) sentences.push_back(tally.sentence());
  return sentences;
}

/// In how many of the experiments with faults each mode lost everything.
std::vector<std::string> loss_sentences(const Experiments& experiments) {
  struct Loss {
    std::string mode;
    std::uint32_t all_lost = 0, experiments = 0;
  };
  std::vector<Loss> losses;
  for (const auto& experiment : experiments) {
    for (const ModeSummary& mode : experiment.shown.summary.modes) {
      if (!mode.isolation || !mode.isolation->lost_workers) continue;
      auto loss = std::find_if(losses.begin(), losses.end(),
                               [&](const Loss& known) { return known.mode == mode.mode.name; });
      if (loss == losses.end()) loss = losses.insert(losses.end(), Loss{mode.mode.name, 0, 0});
      ++loss->experiments;
      if (mode.isolation->lost_workers->most >= mode.mode.worker_count()) ++loss->all_lost;
    }
  }
  if (losses.empty()) return {};
  std::vector<std::string> parts;
  parts.reserve(losses.size());
  for (const Loss& loss : losses) {
    parts.push_back(fmt::format("{} in {}", loss.mode, part_of(loss.all_lost, loss.experiments)));
  }
  return {fmt::format("Faults took all workers down: {} experiments.", fmt::join(parts, ", "))};
}

/// What the marks and intervals mean, each once.
std::vector<std::string> footnotes_of(const Experiments& experiments) {
  std::vector<std::string> all;
  for (const auto& experiment : experiments) {
    for (std::string& footnote : speed_footnotes(experiment.shown.summary)) {
      if (std::find(all.begin(), all.end(), footnote) == all.end()) {
        all.push_back(std::move(footnote));
      }
    }
  }
  return all;
}

}  // namespace

Report make_overview(const BatchFacts& batch, const Experiments& experiments) {
  Report report;
  std::uint64_t trials = 0;
  Columns columns;
  for (const auto& experiment : experiments) {
    trials += experiment.shown.result.trials.size();
    columns.with_faults |= !experiment.shown.result.plan.faults.empty();
  }
  report.title =
      fmt::format("{}, {}", plural(experiments.size(), "experiment"), plural(trials, "trial"));
  if (!batch.place.empty()) report.facts.push_back({"results", batch.place});
  report.facts.insert(report.facts.end(), batch.facts.begin(), batch.facts.end());
  report.warnings = batch.warnings;
  report.modes = columns.heads();
  ReportTable table{"overview", "Overview", {}};
  for (const auto& experiment : experiments) table.groups.push_back(rows_of(experiment, columns));
  if (!experiments.empty()) report.tables.push_back(std::move(table));
  for (ReportTable& measured : measured_tables(experiments)) {
    report.tables.push_back(std::move(measured));
  }
  report.footnotes = footnotes_of(experiments);
  report.meaning = speed_sentences(experiments);
  for (std::string& sentence : loss_sentences(experiments)) {
    report.meaning.push_back(std::move(sentence));
  }
  for (std::string& sentence : scaling_sentences(find_scaling(experiments))) {
    report.meaning.push_back(std::move(sentence));
  }
  return report;
}

}  // namespace bulkhead

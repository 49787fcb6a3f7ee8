#include "runner/reports/fault_table.hpp"

#include <fmt/format.h>

#include <cassert>

#include "runner/reports/cost_table.hpp"
#include "runner/reports/rows.hpp"
#include "runner/reports/trial_values.hpp"

namespace bulkhead {
namespace {

using Range = std::optional<CountRange> IsolationSummary::*;
using Number = std::optional<double> IsolationSummary::*;

/// Makes rows from what each mode's isolation says; every mode has one in a plan with faults.
class FaultRows {
 public:
  FaultRows(RowGroup& group, const Summary& summary) : group_(group), summary_(summary) {}

  void add_range(std::string_view measure, std::string_view label, Range range) {
    add_cells(measure, label, "count", [range](const IsolationSummary& isolation) {
      return range_cell(isolation.*range, std::nullopt);
    });
  }

  void add_range_of_workers(std::string_view measure, std::string_view label, Range range) {
    const std::uint32_t workers = summary_.plan.worker_count;
    add_cells(measure, label, "count", [range, workers](const IsolationSummary& isolation) {
      return range_cell(isolation.*range, workers);
    });
  }

  void add_number(const RowHead& head, Number number) {
    add_row(group_, number_row(head, numbers_of(summary_, [number](const ModeSummary& mode) {
                                 return (*mode.isolation).*number;
                               })));
  }

  void add_units(std::string_view measure, std::string_view label, double UnitCount::*number) {
    const auto get = [number](const ModeSummary& mode) -> std::optional<double> {
      if (!mode.isolation->units) return std::nullopt;
      return (*mode.isolation->units).*number;
    };
    add_row(group_, number_row({measure, label, Quantity::count}, numbers_of(summary_, get)));
  }

  template <class Get>
  void add_cells(std::string_view measure, std::string_view label, std::string_view unit, Get get) {
    add_row(group_,
            text_row(measure, label, unit, cells_of(summary_, [&get](const ModeSummary& mode) {
                       return get(*mode.isolation);
                     })));
  }

 private:
  RowGroup& group_;
  const Summary& summary_;
};

ReportCell struck_cell(const IsolationSummary& isolation) {
  ReportCell cell;
  cell.value = isolation.struck;
  cell.text = part_of(isolation.struck, isolation.trials.completed);
  cell.tone = isolation.struck < isolation.trials.completed ? Tone::bad : Tone::plain;
  return cell;
}

ReportCell lost_cell(const IsolationSummary& isolation, std::uint32_t workers) {
  ReportCell cell = range_cell(isolation.lost_workers, workers);
  if (isolation.lost_workers && isolation.lost_workers->most == workers) cell.tone = Tone::bad;
  return cell;
}

/// "contained", or with counts when trials ended in several ways.
ReportCell outcome_cell(const IsolationSummary& isolation) {
  ReportCell cell;
  cell.text = not_available;
  std::string text;
  for (const auto& [outcome, count] : isolation.outcomes) {
    if (!text.empty()) text += ", ";
    if (isolation.outcomes.size() > 1) text += whole(count) + " ";
    text += to_text(outcome);
    if (outcome == Outcome::silent || outcome == Outcome::hang) cell.tone = Tone::bad;
  }
  if (!text.empty()) cell.text = cell.note = text;
  return cell;
}

/// "SIGSEGV", or with counts where there are several; the value is how many in all.
ReportCell counts_cell(const IsolationSummary& isolation, const TextCounts& counts,
                       const char* otherwise) {
  ReportCell cell;
  cell.text = not_available;
  if (isolation.struck == 0) return cell;
  std::uint32_t all = 0;
  std::string text;
  for (const auto& [what, count] : counts) {
    if (!text.empty()) text += ", ";
    text += counts.size() == 1 ? what : whole(count) + " " + what;
    all += count;
  }
  cell.text = text.empty() ? otherwise : text;
  cell.note = cell.text;
  cell.value = all;
  return cell;
}

ReportCell causes_cell(const IsolationSummary& isolation) {
  return counts_cell(isolation, isolation.exit_causes, "none died");
}

ReportCell noticers_cell(const IsolationSummary& isolation) {
  return counts_cell(isolation, isolation.noticers, "nobody");
}

/// What the first worker that could still say something said of its crash.
ReportCell crash_cell(const IsolationSummary& isolation) {
  ReportCell cell;
  cell.text = isolation.crash ? isolation.crash->what : std::string(not_available);
  cell.note = cell.text;
  return cell;
}

ReportCell crashed_in_cell(const IsolationSummary& isolation) {
  ReportCell cell;
  if (isolation.crash) cell.text = crashed_in(*isolation.crash);
  if (cell.text.empty()) cell.text = not_available;
  cell.note = cell.text;
  return cell;
}

/// A count of which nobody wants all digits.
std::string rough_count(std::uint64_t count) {
  constexpr std::uint64_t thousand = 1'000, million = thousand * thousand;
  if (count < 100 * thousand) return whole(count);
  return count < 10 * million ? whole(count / thousand) + " k" : whole(count / million) + " M";
}

/// "43 % of 20,000 tries", "1 of 1 try"; with names where there are several. The value is the
/// share.
ReportCell hazard_cell(const IsolationSummary& isolation) {
  constexpr std::uint64_t too_few_for_percent = 100;
  ReportCell cell;
  std::string text;
  for (const HazardCount& hazard : isolation.hazards) {
    const double share = static_cast<double>(hazard.seen) / static_cast<double>(hazard.tries);
    if (!text.empty()) text += ", ";
    if (isolation.hazards.size() > 1) text += hazard.fault + " ";
    const bool by_number = hazard.tries < too_few_for_percent || hazard.seen == 0;
    text += (by_number ? whole(hazard.seen) : percent(share)) + " of " + rough_count(hazard.tries) +
            (hazard.tries == 1 ? " try" : " tries");
    cell.value = std::max(share, cell.value.value_or(0));
    if (hazard.seen > 0) cell.tone = Tone::bad;
  }
  cell.text = text.empty() ? std::string(not_available) : text;
  cell.note = cell.text;
  return cell;
}

ReportCell share_cell(const IsolationSummary& isolation) {
  ReportCell cell;
  cell.text = not_available;
  const bool nobody_left = isolation.surviving_workers && isolation.surviving_workers->most == 0;
  if (nobody_left) cell.text = cell.note = "none left";
  if (!isolation.survivors_share) return cell;
  const SurvivorsShare& share = *isolation.survivors_share;
  cell.value = share.median;
  cell.text = share.median < standstill ? "<0.1" : significant(share.median * 100);
  if (isolation.disturbed > 0) {
    cell.text += disturbed_mark;
    cell.tone = Tone::doubtful;
  }
  return cell;
}

ReportCell trial_count_cell(std::uint32_t count, const IsolationSummary& isolation) {
  ReportCell cell;
  cell.value = count;
  cell.text = part_of(count, isolation.struck);
  cell.tone = count > 0 ? Tone::bad : Tone::plain;
  return cell;
}

template <class Count>
bool any_mode(const Summary& summary, Count count) {
  for (const ModeSummary& mode : summary.modes) {
    if (count(*mode.isolation) > 0) return true;
  }
  return false;
}

bool any_most(const Summary& summary, Range range) {
  return any_mode(summary, [range](const IsolationSummary& isolation) {
    return isolation.*range ? (isolation.*range)->most : 0;
  });
}

RowGroup worker_rows(const Summary& summary) {
  const std::uint32_t workers = summary.plan.worker_count;
  RowGroup group;
  FaultRows rows(group, summary);
  rows.add_cells("trials_completed", "trials completed", "count",
                 [](const IsolationSummary& isolation) { return trials_cell(isolation.trials); });
  rows.add_cells("trials_struck", "fault struck", "count", struck_cell);
  rows.add_cells("outcome", "outcome", "", outcome_cell);
  rows.add_cells(
      "workers_lost", "workers lost", "count",
      [workers](const IsolationSummary& isolation) { return lost_cell(isolation, workers); });
  if (any_most(summary, &IsolationSummary::stopped_workers)) {
    rows.add_range_of_workers("workers_stopped", "  stopped by recovery",
                              &IsolationSummary::stopped_workers);
  }
  rows.add_range_of_workers("workers_surviving", "workers surviving",
                            &IsolationSummary::surviving_workers);
  rows.add_range_of_workers("workers_stuck", "  stuck at the end",
                            &IsolationSummary::stuck_workers);
  rows.add_cells("deaths", "how they died", "count", causes_cell);
  const auto crashed = [](const IsolationSummary& isolation) { return isolation.crash ? 1 : 0; };
  if (any_mode(summary, crashed)) {
    rows.add_cells("crash", "  by what", "", crash_cell);
    rows.add_cells("crashed_in", "  in", "", crashed_in_cell);
  }
  rows.add_cells("noticed_by", "noticed by", "count", noticers_cell);
  if (summary.plan.recover != SelfRecovery::none) {
    rows.add_range("caught_crashes", "crashes it caught itself", &IsolationSummary::caught);
  }
  if (summary.plan.restart != RestartPolicy::never) {
    rows.add_range("restarts", "compartments restarted", &IsolationSummary::restarts);
  }
  if (summary.plan.spares > 0) {
    rows.add_range("spares_taken", "  by a spare", &IsolationSummary::spares_taken);
  }
  const auto gave_up = [](const IsolationSummary& isolation) {
    return isolation.gave_up_restarting;
  };
  if (any_mode(summary, gave_up)) {
    rows.add_cells("trials_gave_up_restarting", "  gave up restarting", "count",
                   [&gave_up](const IsolationSummary& isolation) {
                     return trial_count_cell(gave_up(isolation), isolation);
                   });
  }
  rows.add_range("killed_at_end_compartments", "killed at the end",
                 &IsolationSummary::killed_at_end);
  if (any_most(summary, &IsolationSummary::outlived_kill)) {
    rows.add_range("outlived_kill_compartments", "outlived SIGKILL",
                   &IsolationSummary::outlived_kill);
  }
  return group;
}

RowGroup work_rows(const Summary& summary) {
  RowGroup group;
  FaultRows rows(group, summary);
  rows.add_units("units_finished", "operations finished", &UnitCount::finished);
  rows.add_units("units_lost", "  lost", &UnitCount::lost);
  rows.add_units("units_redone", "  redone", &UnitCount::redone);
  rows.add_units("units_surplus", "  surplus", &UnitCount::surplus);
  if (summary.plan.shared == SharedPolicy::reset) {
    rows.add_units("units_thrown_away", "  thrown away by reset", &UnitCount::thrown_away);
  }
  rows.add_cells("survivors_throughput_share", "survivors' throughput, %", "share", share_cell);
  rows.add_number({"survivors_longest_gap_ns", "survivors' longest gap", Quantity::duration_ns},
                  &IsolationSummary::longest_gap_ns);
  return group;
}

RowGroup time_rows(const Summary& summary) {
  RowGroup group;
  FaultRows rows(group, summary);
  rows.add_number({"orphans_gone_ns", "last orphan gone after", Quantity::duration_ns},
                  &IsolationSummary::orphans_gone_ns);
  if (any_mode(summary, [](const IsolationSummary& mode) { return mode.left_over ? 1U : 0U; })) {
    rows.add_range("left_over_processes", "processes left over", &IsolationSummary::left_over);
  }
  rows.add_number({"fault_to_noticed_ns", "fault to noticed", Quantity::duration_ns},
                  &IsolationSummary::noticed_ns);
  rows.add_number({"fault_to_recovered_ns", "fault to working again", Quantity::duration_ns},
                  &IsolationSummary::recovered_ns);
  rows.add_number({"fault_to_speed_ns", "fault to 90 % of speed", Quantity::duration_ns},
                  &IsolationSummary::back_to_speed_ns);
  return group;
}

/// How many siblings something came over, and what it was; where there was one.
void add_siblings(FaultRows& rows, const Summary& summary, const std::string& measure,
                  const std::string& label, std::optional<CountRange> IsolationSummary::*count,
                  std::string IsolationSummary::*what) {
  if (!any_most(summary, count)) return;
  rows.add_range_of_workers(measure, label, count);
  rows.add_cells(measure + "_what", "  in what", "", [what](const IsolationSummary& isolation) {
    ReportCell cell;
    cell.text = (isolation.*what).empty() ? "nothing" : isolation.*what;
    cell.note = cell.text;
    return cell;
  });
}

/// Of what only this workload measures, what tells most: of a server, what its clients saw.
RowGroup telling_rows(const Summary& summary) {
  RowGroup group;
  for (const Measure& measure : summary.plan.workload->measures) {
    if (!measure.telling) continue;
    add_row(group, number_row({measure.name, measure.label, quantity_of(measure.unit)},
                              numbers_of(summary, [&measure](const ModeSummary& mode) {
                                return measure_in(mode.isolation->measures, measure.name);
                              })));
  }
  return group;
}

RowGroup state_rows(const Summary& summary) {
  RowGroup group;
  FaultRows rows(group, summary);
  rows.add_cells("trials_sound", "state at the end", "count",
                 [](const IsolationSummary& isolation) { return state_cell(isolation.state); });
  if (summary.plan.workload->takes_lock == TakesLock::yes) {
    if (any_most(summary, &IsolationSummary::left_locked)) {
      rows.add_range("left_locked_workers", "locks left held", &IsolationSummary::left_locked);
    }
    rows.add_range("repairs", "repairs by the next holder", &IsolationSummary::repairs);
    if (any_most(summary, &IsolationSummary::repairs)) {
      rows.add_range("half_done_repairs", "  found something half done",
                     &IsolationSummary::half_done);
    }
  }
  if (summary.plan.shared == SharedPolicy::repair) {
    rows.add_range("supervisor_repairs", "repairs by the supervisor",
                   &IsolationSummary::supervisor_repairs);
  }
  if (summary.plan.shared == SharedPolicy::reset) {
    rows.add_range("resets", "state made anew", &IsolationSummary::resets);
  }
  add_siblings(rows, summary, "siblings_refused", "siblings refused what they need",
               &IsolationSummary::refused_siblings, &IsolationSummary::refused_what);
  add_siblings(rows, summary, "siblings_changed", "siblings' settings changed",
               &IsolationSummary::changed_siblings, &IsolationSummary::changed_what);
  const auto met = [](const IsolationSummary& isolation) { return isolation.hazards.size(); };
  if (any_mode(summary, met)) {
    rows.add_cells("hazard_seen_share", "hazard seen", "share", hazard_cell);
    rows.add_number({"hazard_wait_ns", "  somebody waited for it", Quantity::duration_ns},
                    &IsolationSummary::hazard_waits_ns);
  }
  const auto broken = [](const IsolationSummary& isolation) { return isolation.canaries_broken; };
  if (any_mode(summary, broken)) {
    rows.add_cells("trials_canary_broken", "private memory changed", "count",
                   [&broken](const IsolationSummary& isolation) {
                     return trial_count_cell(broken(isolation), isolation);
                   });
  }
  return group;
}

}  // namespace

std::string fault_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const FaultPlan& fault : plan.faults) names.push_back(fault.text);
  return enumerate(names);
}

ReportTable fault_table(const Summary& summary) {
  assert(!summary.plan.faults.empty());
  ReportTable table;
  table.section = "fault";
  table.title = "What " + fault_names(summary.plan) + " took down: trials with the fault";
  for (RowGroup (*rows)(const Summary&) :
       {worker_rows, work_rows, telling_rows, time_rows, state_rows}) {
    RowGroup group = rows(summary);
    if (!group.empty()) table.groups.push_back(std::move(group));
  }
  return table;
}

}  // namespace bulkhead

#include "runner/reports/shape_table.hpp"

#include <fmt/format.h>

#include "runner/reports/number.hpp"
#include "runner/reports/rows.hpp"

namespace bulkhead {
namespace {

std::vector<std::string> names_of_modes(const Plan& plan, const std::vector<std::uint32_t>& modes) {
  std::vector<std::string> names;
  names.reserve(modes.size());
  for (const std::uint32_t mode : modes) names.push_back(plan.modes[mode].name);
  return names;
}

ReportRow dominated_row(const Plan& plan, const ShapeFront& front) {
  std::vector<ReportCell> cells;
  for (const std::vector<std::uint32_t>& others : front.dominated_by) {
    ReportCell cell;
    cell.value = static_cast<double>(others.size());
    cell.text = others.empty() ? "nobody" : enumerate(names_of_modes(plan, others));
    cell.tone = others.empty() ? Tone::good : Tone::plain;
    cells.push_back(std::move(cell));
  }
  return text_row("dominated_by_modes", "dominated by", "count", std::move(cells));
}

}  // namespace

bool has_shapes(const Plan& plan) noexcept {
  return !plan.faults.empty() && plan.modes.size() >= 3;
}

ReportTable shape_table(const Summary& summary, const ShapeFront& front) {
  ReportTable table;
  table.section = "shapes";
  table.title = "Which shape: what each is best at";
  RowGroup group;
  add_row(group, number_row({"shape_throughput_per_s", "throughput", Quantity::rate},
                            numbers_of(summary, [](const ModeSummary& mode) {
                              return mode.cost.throughput
                                         ? std::optional(mode.cost.throughput->median_per_s)
                                         : std::nullopt;
                            })));
  add_row(group, number_row({"shape_memory_bytes", "memory in total, PSS", Quantity::bytes},
                            numbers_of(summary, [](const ModeSummary& mode) {
                              return mode.cost.memory ? std::optional(mode.cost.memory->pss_bytes)
                                                      : std::nullopt;
                            })));
  add_row(group, text_row("shape_workers_lost", "lost to one crash", "count",
                          cells_of(summary, [](const ModeSummary& mode) {
                            return range_cell(mode.isolation->lost_workers,
                                              mode.mode.worker_count());
                          })));
  add_row(group, number_row({"shape_recovery_ns", "fault to working again", Quantity::duration_ns},
                            numbers_of(summary, [](const ModeSummary& mode) {
                              return mode.isolation->recovered_ns;
                            })));
  table.groups = {group, {dominated_row(summary.plan, front)}};
  return table;
}

std::string shape_sentence(const Plan& plan, const ShapeFront& front) {
  const std::vector<std::uint32_t> best = front.front();
  if (best.size() == plan.modes.size()) {
    return "No shape dominates another one: each is surely better than any other at something, or "
           "cannot be told from it.";
  }
  return fmt::format(
      "Worth a thought: {}. Each other shape is dominated: another one is surely better at "
      "throughput, memory, blast radius or recovery, and at none of them surely worse.",
      enumerate(names_of_modes(plan, best)));
}

}  // namespace bulkhead

#include "runner/reports/measured_table.hpp"

#include <algorithm>

#include "runner/reports/number.hpp"
#include "runner/reports/rows.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

using Experiments = std::vector<BatchPresentation::Experiment>;

std::vector<Measure> telling_measures(const WorkloadEntry& workload) {
  std::vector<Measure> telling;
  std::copy_if(workload.measures.begin(), workload.measures.end(), std::back_inserter(telling),
               [](const Measure& measure) { return measure.telling; });
  return telling;
}

ReportCell measured_cell(const Measure& measure, const ModeSummary& mode) {
  ReportCell cell;
  cell.value = measure_in(mode.cost.measures, measure.name);
  cell.text = cell.value ? with_unit(quantity_of(measure.unit), *cell.value) : not_available;
  return cell;
}

RowGroup rows_of(const BatchPresentation::Experiment& experiment,
                 const std::vector<Measure>& measures) {
  RowGroup group;
  ReportRow head;
  head.label = experiment.name;
  head.cells.resize(measures.size());
  group.push_back(std::move(head));
  for (const ModeSummary& mode : experiment.shown.summary.modes) {
    ReportRow row;
    row.measure = experiment.name + " " + mode.mode.name;
    row.label = "  " + mode.mode.name;
    for (const Measure& measure : measures) row.cells.push_back(measured_cell(measure, mode));
    group.push_back(std::move(row));
  }
  return group;
}

ReportTable table_of(const WorkloadEntry& workload, const std::vector<Measure>& measures,
                     const Experiments& experiments) {
  ReportTable table{"measured", "What " + std::string(workload.name) + " measured", {}, {}};
  for (const Measure& measure : measures) table.heads.emplace_back(measure.label);
  for (const auto& experiment : experiments) {
    if (experiment.shown.summary.plan.workload != &workload) continue;
    table.groups.push_back(rows_of(experiment, measures));
  }
  return table;
}

}  // namespace

std::vector<ReportTable> measured_tables(const Experiments& experiments) {
  std::vector<const WorkloadEntry*> workloads;
  for (const auto& experiment : experiments) {
    const WorkloadEntry* workload = experiment.shown.summary.plan.workload;
    if (std::find(workloads.begin(), workloads.end(), workload) == workloads.end()) {
      workloads.push_back(workload);
    }
  }
  std::vector<ReportTable> tables;
  for (const WorkloadEntry* workload : workloads) {
    const std::vector<Measure> measures = telling_measures(*workload);
    if (!measures.empty()) tables.push_back(table_of(*workload, measures, experiments));
  }
  return tables;
}

}  // namespace bulkhead

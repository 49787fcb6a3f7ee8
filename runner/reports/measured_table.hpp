// What a workload measures itself, of many experiments at once: how the locks of a batch keep the
// three conditions of a critical section, how many updates each form of a counter loses. Pure.
#pragma once

#include <vector>

#include "runner/reports/format.hpp"

namespace bulkhead {

/// One table for each workload with telling measures, whose columns they are: a row for each mode
/// of each of its experiments.
[[nodiscard]] std::vector<ReportTable> measured_tables(
    const std::vector<BatchPresentation::Experiment>& experiments);

}  // namespace bulkhead

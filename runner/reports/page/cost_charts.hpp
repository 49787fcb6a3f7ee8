// The charts of what each mode costs: throughput, its ratio to the first mode, latency, memory.
// Pure.
#pragma once

#include <vector>

#include "runner/reports/format.hpp"
#include "runner/reports/page/chart.hpp"

namespace bulkhead {

/// Those that `table`, the report's table of costs, and the trials have numbers for.
[[nodiscard]] std::vector<Chart> cost_charts(const Presentation& presentation,
                                             const ReportTable& table);

}  // namespace bulkhead

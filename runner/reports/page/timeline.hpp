// The chart of a fault and what followed: throughput before, during and after it, for one trial of
// each mode. Pure.
#pragma once

#include <optional>

#include "runner/experiment.hpp"
#include "runner/reports/page/chart.hpp"

namespace bulkhead {

/// Of each mode, the completed trial that the fault struck whose operations are the median.
/// Nothing where no trial has a record of its progress.
[[nodiscard]] std::optional<Chart> timeline_chart(const ExperimentResult& result);

}  // namespace bulkhead

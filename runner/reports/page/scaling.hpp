// The charts of a batch whose experiments differ in the number of workers. Pure.
#pragma once

#include <vector>

#include "runner/reports/format.hpp"
#include "runner/reports/page/chart.hpp"

namespace bulkhead {

/// One for each set of experiments that are alike but for their workers, and what follows from
/// their number: modes, seed, time to start.
[[nodiscard]] std::vector<Chart> scaling_charts(const BatchPresentation& batch);

}  // namespace bulkhead

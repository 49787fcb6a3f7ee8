// What the demos of the textbook's pictures found: sentences chosen by the results. Pure.
#pragma once

#include "runner/commands/prediction.hpp"

namespace bulkhead {

/// `segments` as threads, as processes and as a mix.
[[nodiscard]] DemoFinding segments_finding(const DemoResults& results);

/// `time-slice` as threads and as processes: on one CPU, then on a CPU each.
[[nodiscard]] DemoFinding time_slice_finding(const DemoResults& results);

/// `sharing` on all its rungs, from process to thread.
[[nodiscard]] DemoFinding sharing_finding(const DemoResults& results);

}  // namespace bulkhead

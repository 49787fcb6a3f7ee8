// The rows on what each mode costs: all from the trials without faults. Pure.
#pragma once

#include "runner/reports/report.hpp"

namespace bulkhead {

/// Marks numbers of modes whose windows stayed disturbed; the footnote says how much.
inline constexpr const char* disturbed_mark = "*";

/// Faster, slower, the same or not to be told, against the first mode.
[[nodiscard]] ReportCell verdict_cell(const ModeSummary& mode);

/// Throughput, and its ratio to the first mode's with interval and verdict.
[[nodiscard]] RowGroup speed_rows(const Summary& summary);

/// What the marks and intervals of those rows, and of others like them, mean.
[[nodiscard]] std::vector<std::string> speed_footnotes(const Summary& summary);

[[nodiscard]] ReportTable cost_table(const Summary& summary);

}  // namespace bulkhead

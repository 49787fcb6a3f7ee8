// The rows on what each mode costs: all from the trials without faults. Pure.
#pragma once

#include "runner/reports/report.hpp"

namespace bulkhead {

/// Marks numbers of modes whose windows stayed disturbed; the footnote says how much.
inline constexpr const char* disturbed_mark = "*";

[[nodiscard]] ReportTable cost_table(const Summary& summary);

}  // namespace bulkhead

// The rows on what a fault took down and what went on: all from the trials that it struck. Pure.
#pragma once

#include "runner/reports/report.hpp"

namespace bulkhead {

/// Only for a plan with faults.
[[nodiscard]] ReportTable fault_table(const Summary& summary);

/// "segv-null@1:ms=50", all of them.
[[nodiscard]] std::string fault_names(const Plan& plan);

}  // namespace bulkhead

// The rows and the sentence on which shapes nobody dominates. Pure.
#pragma once

#include <string>

#include "runner/reports/report.hpp"
#include "runner/reports/shapes.hpp"

namespace bulkhead {

/// Whether there is anything to choose from: a plan with faults and at least three modes.
[[nodiscard]] bool has_shapes(const Plan& plan) noexcept;

/// The four respects side by side, and by which modes each is dominated.
[[nodiscard]] ReportTable shape_table(const Summary& summary, const ShapeFront& front);

[[nodiscard]] std::string shape_sentence(const Plan& plan, const ShapeFront& front);

}  // namespace bulkhead

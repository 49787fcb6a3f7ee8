// What is shown of a fault matrix: the containment of each fault in each mode, and the totals that
// answer the question in the name of the program. Pure.
#pragma once

#include "runner/fault_matrix.hpp"
#include "runner/reports/render.hpp"
#include "runner/reports/report.hpp"

namespace bulkhead {

/// `control` must have been made from `result.experiment`.
[[nodiscard]] Report make_matrix_report(const MatrixResult& result, const Summary& control);

/// The whole output, as render() of an experiment.
[[nodiscard]] std::string render(const MatrixResult& result, std::string_view format,
                                 const RenderStyle& style);

}  // namespace bulkhead

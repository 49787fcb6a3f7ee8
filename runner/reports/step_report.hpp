// What is shown of crashes at every step: whether the state was sound and everybody went on, step
// by step in each mode, and the totals. Pure.
#pragma once

#include "runner/reports/render.hpp"
#include "runner/reports/report.hpp"
#include "runner/step_matrix.hpp"

namespace bulkhead {

/// `control` must have been made from `result.experiment`.
[[nodiscard]] Report make_step_report(const StepResult& result, const Summary& control);

/// The whole output, as render() of an experiment.
[[nodiscard]] std::string render(const StepResult& result, std::string_view format,
                                 const RenderStyle& style);

}  // namespace bulkhead

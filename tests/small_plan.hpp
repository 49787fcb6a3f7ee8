// A plan for tests: real, but with short windows.
#pragma once

#include <string>
#include <vector>

#include "runner/plan/plan.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

/// One round of `workload` in these modes with 30 ms windows, the workload's default lock and
/// parameters, no pinning.
[[nodiscard]] Plan small_plan(std::string_view workload, std::uint32_t worker_count,
                              const std::vector<std::string>& modes);

/// Arms one fault for every trial with faults.
void arm(Plan& plan, std::string_view fault, std::uint32_t worker, Trigger trigger);

/// Runs the plan and answers all its trials.
[[nodiscard]] std::vector<TrialRecord> trials_of(const Plan& plan);

}  // namespace bulkhead

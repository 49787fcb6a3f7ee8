// Runs the workload's verify in a process of its own, since it walks state that may be broken.
#pragma once

#include <span>

#include "runner/trial/record.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {

/// The verdict, with the values of the workload's `measures`; `unreachable` with the reason when
/// verify crashes or does not come back in time. Supervisor only, after the last compartment is
/// gone. Throws std::system_error when it cannot fork.
[[nodiscard]] VerifyRecord verify_in_child(Workload& workload, const Acknowledged& acknowledged,
                                           std::span<const Measure> measures);

}  // namespace bulkhead

// A plan as JSON, and back: written beside results, so that they can be understood, repeated and
// gone on with. Keys and units: docs/results.md.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "runner/plan/plan.hpp"

namespace bulkhead {

[[nodiscard]] nlohmann::ordered_json to_json(const Plan& plan);

/// Throws std::runtime_error on what is no plan, or names a workload or a fault that this program
/// does not have.
[[nodiscard]] Plan plan_from_json(const nlohmann::ordered_json& json);

}  // namespace bulkhead

// A plan as JSON, and back: written beside results, so that they can be understood, repeated and
// gone on with. Keys and units: docs/results.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "runner/plan/plan.hpp"

namespace bulkhead {

[[nodiscard]] nlohmann::ordered_json to_json(const Plan& plan);

/// Throws std::runtime_error on what is no plan, or names a workload or a fault that this program
/// does not have.
[[nodiscard]] Plan plan_from_json(const nlohmann::ordered_json& json);

/// What differs, for people; see json_changes.hpp.
[[nodiscard]] std::vector<std::string> plan_changes(const Plan& before, const Plan& now);

}  // namespace bulkhead

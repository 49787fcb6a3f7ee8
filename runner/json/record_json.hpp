// A trial record as JSON, and back; as a line of text it is in runner/trial/record.hpp. Keys and
// units: docs/results.md.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "runner/trial/record.hpp"

namespace bulkhead {

[[nodiscard]] nlohmann::ordered_json json_of(const TrialRecord& record);

/// Throws std::runtime_error on what is no such object.
[[nodiscard]] TrialRecord trial_record_from_json(const nlohmann::ordered_json& json);

}  // namespace bulkhead

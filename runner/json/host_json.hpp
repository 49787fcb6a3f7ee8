// What a machine was, as JSON, and back. Keys and units: docs/results.md.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "runner/measure/host.hpp"

namespace bulkhead {

[[nodiscard]] nlohmann::ordered_json to_json(const HostFacts& host);

/// Throws std::runtime_error on what is not such an object.
[[nodiscard]] HostFacts host_facts_from_json(const nlohmann::ordered_json& json);

}  // namespace bulkhead

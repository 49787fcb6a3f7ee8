// What differs between two JSON objects of one kind, for people. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace bulkhead {

/// "duration_ns was 200 and is 400", one for each key, in the order of `now`, those that are gone
/// at the end. Objects inside are looked into.
[[nodiscard]] std::vector<std::string> json_changes(const nlohmann::ordered_json& before,
                                                    const nlohmann::ordered_json& now);

}  // namespace bulkhead

#include "runner/json/json_changes.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace bulkhead {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& value) {
  return value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

void add_changes(const std::string& path, const Json& before, const Json& now,
                 std::vector<std::string>& changes) {
  for (const auto& [key, value] : now.items()) {
    const auto old = before.find(key);
    const std::string name = path + key;
    if (old == before.end()) {
      changes.push_back(fmt::format("{} was not said and is {}", name, dumped(value)));
    } else if (old->is_object() && value.is_object()) {
      add_changes(name + ".", *old, value, changes);
    } else if (*old != value) {
      changes.push_back(fmt::format("{} was {} and is {}", name, dumped(*old), dumped(value)));
    }
  }
  for (const auto& [key, value] : before.items()) {
    if (now.contains(key)) continue;
    changes.push_back(fmt::format("{} was {} and is not said", path + key, dumped(value)));
  }
}

}  // namespace

std::vector<std::string> json_changes(const Json& before, const Json& now) {
  std::vector<std::string> changes;
  add_changes("", before, now, changes);
  return changes;
}

}  // namespace bulkhead

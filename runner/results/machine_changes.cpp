#include "runner/results/machine_changes.hpp"

#include <nlohmann/json.hpp>

#include "runner/json/host_json.hpp"
#include "runner/json/json_changes.hpp"

namespace bulkhead {

std::vector<std::string> machine_changes(const HostFacts& before, const HostFacts& now) {
  HostFacts then = before;
  then.load_average_1min = now.load_average_1min;  // It always is another.
  return json_changes(to_json(then), to_json(now));
}

}  // namespace bulkhead

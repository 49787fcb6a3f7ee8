// What is another on a machine since results were taken. Pure.
#pragma once

#include <string>
#include <vector>

#include "runner/measure/host.hpp"

namespace bulkhead {

/// "kernel was \"6.1.0\" and is \"6.2.0\"", one each; empty when only the load differs.
[[nodiscard]] std::vector<std::string> machine_changes(const HostFacts& before,
                                                       const HostFacts& now);

}  // namespace bulkhead

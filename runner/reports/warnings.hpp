// What makes a result less than it seems, said before anybody reads the numbers. Pure.
#pragma once

#include <string>
#include <vector>

#include "runner/reports/summary.hpp"

namespace bulkhead {

/// One sentence each, the gravest first; names the cure where there is one.
[[nodiscard]] std::vector<std::string> find_warnings(const ExperimentResult& result,
                                                     const Summary& summary);

}  // namespace bulkhead

// The parameters of a fault, as far as nobody gave them.
#pragma once

#include "runner/faults/fault.hpp"

namespace bulkhead {

/// All parameters of the fault at their defaults.
[[nodiscard]] ParameterValues default_settings(const FaultEntry& fault);

}  // namespace bulkhead

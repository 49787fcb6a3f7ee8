// For faults that want a control group.
#pragma once

#include <string>

#include "runner/faults/fault.hpp"
#include "runner/groups/trial_groups.hpp"

namespace bulkhead {

/// The trial's group in a hierarchy; null where it could not be made.
[[nodiscard]] inline const ControlGroup* group_of(const Strike& strike, Hierarchy hierarchy) {
  return strike.groups == nullptr ? nullptr : strike.groups->find(hierarchy);
}

/// Fit for FaultEntry::unavailable.
template <Hierarchy hierarchy>
[[nodiscard]] std::string unavailable_group() {
  return find_place(hierarchy).obstacle;
}

}  // namespace bulkhead

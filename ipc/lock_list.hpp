// What locks there are, for whoever lists or checks names and takes none. AnyLock takes them.
#pragma once

#include <string_view>
#include <vector>

#include "ipc/lock.hpp"

namespace bulkhead {

/// The descriptions of all locks, sorted by name.
[[nodiscard]] const std::vector<LockDescription>& all_locks();
/// The one with this name, or null.
[[nodiscard]] const LockDescription* find_lock(std::string_view name);

}  // namespace bulkhead

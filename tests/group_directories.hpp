// The directories of control groups that trials make, as anybody sees them.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace bulkhead {

/// The groups that a supervisor has now, those in them included.
[[nodiscard]] std::vector<std::string> groups_of(pid_t supervisor);

/// Waits, under a watchdog, until there is none whose supervisor is gone; answers those that
/// outlived it. Not at once: another test may just have killed one.
[[nodiscard]] std::vector<std::string> orphaned_groups();

}  // namespace bulkhead

// Where this process may make a control group. See cgroups(7): each version-1 hierarchy is mounted
// by itself, and the version-2 one, the unified one, beside them or instead of them.
#pragma once

#include <string>
#include <string_view>

namespace bulkhead {

/// The hierarchies that a fault may want a group of; all but the last are of version 1.
enum class Hierarchy { none, memory, pids, cpu, freezer, unified };

struct GroupPlace {
  std::string directory;  ///< The group that the process is in; empty where there is an obstacle.
  std::string obstacle;   ///< Why no group can be made; empty where one can.
};

/// From the texts of /proc/self/mountinfo and /proc/self/cgroup. Pure.
[[nodiscard]] GroupPlace find_place(Hierarchy hierarchy, std::string_view mounts,
                                    std::string_view memberships);

/// The same for this process, its rights included. Makes nothing.
[[nodiscard]] GroupPlace find_place(Hierarchy hierarchy);

}  // namespace bulkhead

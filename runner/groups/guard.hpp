// What keeps the directories of a killed trial's control groups from staying behind.
#pragma once

#include <string_view>
#include <vector>

#include "ipc/clock.hpp"
#include "runner/groups/control_group.hpp"

namespace bulkhead {

/// How the kernel calls it, so that who ends strays can let it finish.
inline constexpr std::string_view guard_name = "bulkhead-guard";

/// The whole life of a guard, in a child of the process that it watches, `watched_pidfd`. Writes to
/// `ready_fd` when nothing ends it any more but SIGKILL aimed at it. Holds no descriptor of its
/// parent's, so that nobody takes it for the parent. Returns an exit code.
[[nodiscard]] int guard_main(const std::vector<ControlGroup>& groups, int watched_pidfd,
                             int ready_fd, Deadline watched_end);

}  // namespace bulkhead

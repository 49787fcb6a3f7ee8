// How many processes and threads may be started here, and how many descriptors a process may have:
// what a number of workers is held against before anything starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bulkhead {

/// A limit on tasks (processes and threads) of all that it counts together.
struct TaskLimit {
  std::string name;  ///< Where it is read and raised.
  std::uint64_t most = 0;
  std::uint64_t used = 0;  ///< When it was read.

  [[nodiscard]] std::uint64_t left() const noexcept { return most > used ? most - used : 0; }
};

struct TaskRoom {
  std::vector<TaskLimit> tasks;              ///< Those that hold for this process.
  std::optional<std::uint64_t> descriptors;  ///< The hard limit of a process; empty: none known.
};

/// Reads /proc and /sys; what cannot be read is no limit. `root` is put before their paths, for
/// tests. A limit of a user does not bind root, nor who has CAP_SYS_ADMIN or CAP_SYS_RESOURCE
/// (getrlimit(2)); those of control groups bind everybody, all the way up (cgroups(7)).
[[nodiscard]] TaskRoom read_task_room(const std::string& root = "");

/// Why so many tasks at once, and so many processes among them, cannot be had, or nothing. Pure.
[[nodiscard]] std::string lack_of_room(const TaskRoom& room, std::uint64_t tasks,
                                       std::uint64_t processes);

}  // namespace bulkhead

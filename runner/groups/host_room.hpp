// How much there is here for a trial: processes and threads that may be started, descriptors of a
// process, memory. What a plan is held against before anything starts.
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

/// What is empty is unknown or has no limit.
struct HostRoom {
  std::vector<TaskLimit> tasks = {};              ///< Those that hold for this process.
  std::optional<std::uint64_t> descriptors = {};  ///< The hard limit of a process.
  std::optional<std::uint64_t> memory_bytes = {};
  std::string memory_owner = {};  ///< Whose memory that is: "this machine", "the control group /a".
};

/// `root` is put before all paths in /proc and /sys, for tests. A limit of a user does not bind
/// root, nor who has CAP_SYS_ADMIN or CAP_SYS_RESOURCE (getrlimit(2)); those of control groups bind
/// everybody, all the way up (cgroups(7)).
[[nodiscard]] HostRoom read_host_room(const std::string& root = "");

/// Why so many tasks at once, and so many processes among them, cannot be had, or nothing. Pure.
[[nodiscard]] std::string lack_of_tasks(const HostRoom& room, std::uint64_t tasks,
                                        std::uint64_t processes);

/// Why so many workers cannot have so much memory of their own each, or nothing. Pure.
[[nodiscard]] std::string lack_of_memory(const HostRoom& room, std::uint64_t bytes_each,
                                         std::uint64_t worker_count);

}  // namespace bulkhead

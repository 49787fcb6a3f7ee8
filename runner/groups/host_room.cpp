#include "runner/groups/host_room.hpp"

#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/resource.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "runner/groups/control_group.hpp"
#include "runner/groups/hierarchy.hpp"
#include "runner/measure/confines.hpp"
#include "runner/measure/read_file.hpp"
#include "runner/measure/task_counters.hpp"

namespace bulkhead {
namespace {

bool is_bound_by_user_limit(const std::string& status) {
  constexpr std::uint64_t admin = std::uint64_t{1} << CAP_SYS_ADMIN;
  constexpr std::uint64_t resource = std::uint64_t{1} << CAP_SYS_RESOURCE;
  constexpr std::string_view key = "CapEff:";
  const std::size_t at = status.find(key);
  if (at == std::string::npos) return false;
  const std::uint64_t rights = std::strtoull(status.c_str() + at + key.size(), nullptr, 16);
  return number_after(status, "Uid") != 0u && (rights & (admin | resource)) == 0;
}

std::uint64_t tasks_of_user(const std::string& root, std::uint64_t user) {
  std::uint64_t tasks = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root + "/proc", error)) {
    const bool is_process =
        std::isdigit(static_cast<unsigned char>(entry.path().filename().string().front())) != 0;
    const std::string status = is_process ? read_file(entry.path().string() + "/status") : "";
    if (number_after(status, "Uid") != user) continue;
    tasks += number_after(status, "Threads").value_or(0);
  }
  return tasks;
}

void add_user_limit(const std::string& root, HostRoom& room) {
  const auto most = read_soft_limit(root + "/", "Max processes");
  const std::string status = read_file(root + "/proc/self/status");
  if (!most || !is_bound_by_user_limit(status)) return;
  const std::uint64_t user = number_after(status, "Uid").value_or(0);
  room.tasks.push_back({"ulimit -u", *most, tasks_of_user(root, user)});
}

/// Calls `look(group, its path)` for the group of this process and all above it.
template <class Look>
void walk_up(const std::string& root, Hierarchy hierarchy, Look look) {
  const GroupPlace place = find_place(hierarchy, read_file(root + "/proc/self/mountinfo"),
                                      read_file(root + "/proc/self/cgroup"));
  for (std::filesystem::path path = place.directory; path.has_relative_path();
       path = path.parent_path()) {
    look(ControlGroup(hierarchy, root + path.string()), path.string());
  }
}

void add_group_tasks(const std::string& root, Hierarchy hierarchy, HostRoom& room) {
  walk_up(root, hierarchy, [&](const ControlGroup& group, const std::string& path) {
    const auto most = group.number("pids.max");
    const auto used = group.number("pids.current");
    if (most && used) room.tasks.push_back({path + "/pids.max", *most, *used});
  });
}

void bound_memory(const std::string& root, Hierarchy hierarchy, const char* file, HostRoom& room) {
  walk_up(root, hierarchy, [&](const ControlGroup& group, const std::string& path) {
    const auto bytes = group.number(file);
    if (!bytes || (room.memory_bytes && *room.memory_bytes <= *bytes)) return;
    room.memory_bytes = bytes;
    room.memory_owner = "the control group " + path;
  });
}

}  // namespace

HostRoom read_host_room(const std::string& root) {
  HostRoom room;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max != RLIM_INFINITY) {
    room.descriptors = files.rlim_max;
  }
  add_user_limit(root, room);
  add_group_tasks(root, Hierarchy::unified, room);
  add_group_tasks(root, Hierarchy::pids, room);
  if (const auto kib = number_after(read_file(root + "/proc/meminfo"), "MemTotal")) {
    room.memory_bytes = *kib * 1024;
    room.memory_owner = "this machine";
  }
  bound_memory(root, Hierarchy::unified, "memory.max", room);
  bound_memory(root, Hierarchy::memory, "memory.limit_in_bytes", room);
  return room;
}

std::string lack_of_tasks(const HostRoom& room, std::uint64_t tasks, std::uint64_t processes) {
  for (const TaskLimit& limit : room.tasks) {
    if (tasks <= limit.left()) continue;
    return fmt::format(
        "too many here: {} processes and threads at once, where {} allows {} more ({}, of which {} "
        "are in use); take fewer, or raise the limit",
        tasks, limit.name, limit.left(), limit.most, limit.used);
  }
  // What a supervisor has open at the least, besides a pidfd of each.
  constexpr std::uint64_t others = 10;
  if (!room.descriptors || processes + others <= *room.descriptors) return "";
  return fmt::format(
      "too many here: {} descriptors for {} processes, where ulimit -Hn is {}; take fewer, or more "
      "threads in each process, or raise the limit",
      processes + others, processes, *room.descriptors);
}

std::string lack_of_memory(const HostRoom& room, std::uint64_t bytes_each,
                           std::uint64_t worker_count) {
  const std::uint64_t mib_each = bytes_each >> 20;
  const std::uint64_t mib = mib_each * worker_count;
  if (!room.memory_bytes || mib <= *room.memory_bytes >> 20) return "";
  return fmt::format(
      "{} workers with {} MiB each need {} MiB, and {} has {}: fewer workers, or "
      "less for each",
      worker_count, mib_each, mib, room.memory_owner, *room.memory_bytes >> 20);
}

}  // namespace bulkhead

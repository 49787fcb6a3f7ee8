#include "runner/groups/task_room.hpp"

#include <fmt/format.h>
#include <linux/capability.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "runner/groups/hierarchy.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {
namespace {

/// The first word behind `name` at the begin of a line; empty where there is none.
std::string_view word_after(std::string_view text, std::string_view name, std::size_t skip = 0) {
  constexpr std::string_view blanks = " \t";
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (!line.starts_with(name)) continue;
    line.remove_prefix(name.size());
    for (;; --skip) {
      line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
      const std::string_view word = line.substr(0, line.find_first_of(blanks));
      if (skip == 0) return word;
      line.remove_prefix(word.size());
    }
  }
  return {};
}

/// Nothing for "unlimited" and "max".
std::optional<std::uint64_t> number_in(std::string_view text, int base = 10) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_bound_by_user_limit(std::string_view status) {
  constexpr std::uint64_t freeing = std::uint64_t{1} << CAP_SYS_ADMIN | std::uint64_t{1}
                                                                            << CAP_SYS_RESOURCE;
  const std::uint64_t rights = number_in(word_after(status, "CapEff:"), 16).value_or(0);
  return word_after(status, "Uid:") != "0" && (rights & freeing) == 0;
}

std::uint64_t tasks_of_user(const std::string& root, std::string_view user) {
  std::uint64_t tasks = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root + "/proc", error)) {
    if (!number_in(entry.path().filename().string())) continue;
    const std::string status = read_file(entry.path().string() + "/status");
    if (word_after(status, "Uid:") != user) continue;
    tasks += number_in(word_after(status, "Threads:")).value_or(0);
  }
  return tasks;
}

void add_user_limit(const std::string& root, std::string_view limits, TaskRoom& room) {
  const auto most = number_in(word_after(limits, "Max processes"));
  const std::string status = read_file(root + "/proc/self/status");
  if (!most || !is_bound_by_user_limit(status)) return;
  room.tasks.push_back({"ulimit -u", *most, tasks_of_user(root, word_after(status, "Uid:"))});
}

void add_group_limits(const std::string& root, Hierarchy hierarchy, TaskRoom& room) {
  const GroupPlace place = find_place(hierarchy, read_file(root + "/proc/self/mountinfo"),
                                      read_file(root + "/proc/self/cgroup"));
  for (std::filesystem::path group = place.directory; group.has_relative_path();
       group = group.parent_path()) {
    const std::string folder = root + group.string();
    const auto most = number_in(read_file(folder + "/pids.max"));
    const auto used = number_in(read_file(folder + "/pids.current"));
    if (most && used) room.tasks.push_back({group.string() + "/pids.max", *most, *used});
  }
}

}  // namespace

TaskRoom read_task_room(const std::string& root) {
  TaskRoom room;
  const std::string limits = read_file(root + "/proc/self/limits");
  room.descriptors = number_in(word_after(limits, "Max open files", 1));
  add_user_limit(root, limits, room);
  add_group_limits(root, Hierarchy::unified, room);
  add_group_limits(root, Hierarchy::pids, room);
  return room;
}

std::string lack_of_room(const TaskRoom& room, std::uint64_t tasks, std::uint64_t processes) {
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

}  // namespace bulkhead

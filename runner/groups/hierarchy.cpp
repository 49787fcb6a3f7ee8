#include "runner/groups/hierarchy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "ipc/system_error.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {
namespace {

using Words = std::vector<std::string_view>;

/// The pieces between the separators, empty ones included.
Words split(std::string_view text, std::string_view separator) {
  Words pieces;
  for (;;) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == text.npos) return pieces;
    text.remove_prefix(end + separator.size());
  }
}

bool contains(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// As the kernel calls it; the unified hierarchy has no name.
std::string_view controller_of(Hierarchy hierarchy) {
  switch (hierarchy) {
    case Hierarchy::memory:
      return "memory";
    case Hierarchy::pids:
      return "pids";
    case Hierarchy::cpu:
      return "cpu";
    case Hierarchy::freezer:
      return "freezer";
    case Hierarchy::none:
    case Hierarchy::unified:
      break;
  }
  return "";
}

struct Mount {
  std::string_view root;   ///< Which group lies at the mount point.
  std::string_view point;  ///< Where.
};

std::optional<Mount> find_mount(std::string_view controller, std::string_view mounts) {
  for (const std::string_view line : split(mounts, "\n")) {
    const Words halves = split(line, " - ");
    if (halves.size() != 2) continue;
    const Words place = split(halves[0], " ");
    const Words kind = split(halves[1], " ");
    if (place.size() < 5 || kind.size() < 3) continue;
    const bool is_it = controller.empty()
                           ? kind[0] == "cgroup2"
                           : kind[0] == "cgroup" && contains(split(kind[2], ","), controller);
    if (is_it) return Mount{place[3], place[4]};
  }
  return std::nullopt;
}

std::optional<std::string_view> find_membership(std::string_view controller,
                                                std::string_view memberships) {
  for (const std::string_view line : split(memberships, "\n")) {
    const Words fields = split(line, ":");
    if (fields.size() < 3) continue;
    const bool is_it = controller.empty() ? fields[0] == "0" && fields[1].empty()
                                          : contains(split(fields[1], ","), controller);
    if (is_it) return line.substr(fields[0].size() + fields[1].size() + 2);
  }
  return std::nullopt;
}

/// The way from the mount's root to the group; none where it leads out of what is mounted.
std::optional<std::string_view> below(std::string_view root, std::string_view group) {
  if (contains(split(group, "/"), "..")) return std::nullopt;
  if (root == "/") return group == "/" ? "" : group;
  if (!group.starts_with(root)) return std::nullopt;
  group.remove_prefix(root.size());
  if (!group.empty() && group.front() != '/') return std::nullopt;
  return group;
}

}  // namespace

GroupPlace find_place(Hierarchy hierarchy, std::string_view mounts, std::string_view memberships) {
  const std::string_view controller = controller_of(hierarchy);
  const auto mount = find_mount(controller, mounts);
  const auto membership = find_membership(controller, memberships);
  if (!mount || !membership) {
    return {"", controller.empty() ? "control groups of version 2 are not mounted"
                                   : "there is no version-1 hierarchy of control groups for '" +
                                         std::string(controller) + "'"};
  }
  const auto way = below(mount->root, *membership);
  if (!way) return {"", "its own control group is not to be seen in " + std::string(mount->point)};
  return {std::string(mount->point) + std::string(*way), ""};
}

GroupPlace find_place(Hierarchy hierarchy) {
  GroupPlace place =
      find_place(hierarchy, read_file("/proc/self/mountinfo"), read_file("/proc/self/cgroup"));
  if (!place.obstacle.empty()) return place;
  // Whoever moves a process needs the right to write where it comes from, too.
  for (const std::string& needed : {place.directory, place.directory + "/cgroup.procs"}) {
    if (faccessat(AT_FDCWD, needed.c_str(), W_OK, AT_EACCESS) == 0) continue;
    return {"", "no right to make a control group (" + needed + ": " + error_text(errno) + ")"};
  }
  return place;
}

}  // namespace bulkhead

#include "tests/group_directories.hpp"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "ipc/clock.hpp"
#include "runner/groups/hierarchy.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view prefix = "bulkhead-";

template <class Predicate>
std::vector<std::string> groups_whose(Predicate is_such) {
  std::vector<std::string> groups;
  std::error_code error;
  for (const Hierarchy hierarchy : {Hierarchy::memory, Hierarchy::pids, Hierarchy::cpu,
                                    Hierarchy::freezer, Hierarchy::unified}) {
    const GroupPlace place = find_place(hierarchy);
    if (!place.obstacle.empty()) continue;
    for (const auto& entry : std::filesystem::directory_iterator(place.directory, error)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with(prefix)) continue;
      if (!is_such(std::atoi(name.c_str() + prefix.size()))) continue;
      groups.push_back(entry.path().string());
      for (const auto& inner : std::filesystem::directory_iterator(entry.path(), error)) {
        if (inner.is_directory(error)) groups.push_back(inner.path().string());
      }
    }
  }
  return groups;
}

}  // namespace

std::vector<std::string> groups_of(pid_t supervisor) {
  return groups_whose([supervisor](pid_t owner) { return owner == supervisor; });
}

std::vector<std::string> orphaned_groups() {
  constexpr std::int64_t watchdog_ns = 20 * ns_per_second;
  const Deadline watchdog = Deadline::in(watchdog_ns);
  for (;;) {
    std::vector<std::string> orphans =
        groups_whose([](pid_t owner) { return kill(owner, 0) != 0; });
    if (orphans.empty() || watchdog.passed()) return orphans;
    usleep(5'000);
  }
}

}  // namespace bulkhead

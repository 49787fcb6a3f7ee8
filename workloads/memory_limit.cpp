#include "workloads/memory_limit.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ipc/region.hpp"

namespace bulkhead {
namespace {

using std::filesystem::path;

constexpr std::uint64_t no_bound = ~std::uint64_t{0};

/// "max" and a missing file are none.
std::uint64_t limit_in(const path& file) {
  std::uint64_t limit = 0;
  return std::ifstream(file) >> limit ? limit : no_bound;
}

/// `group` is absolute, as /proc/PID/cgroup has it.
std::uint64_t lowest_on_the_way(const path& mount, const path& group, const char* file) {
  std::uint64_t lowest = limit_in(mount / file);
  for (path inner = group.relative_path(); !inner.empty(); inner = inner.parent_path()) {
    lowest = std::min(lowest, limit_in(mount / inner / file));
  }
  return lowest;
}

}  // namespace

std::uint64_t group_memory_limit_bytes(const std::string& root) {
  const path mounts = root + "/sys/fs/cgroup";
  std::ifstream memberships(root + "/proc/self/cgroup");
  std::uint64_t lowest = no_bound;
  // "4:memory:/a/b" of version 1, "0::/a/b" of version 2 (cgroups(7)).
  for (std::string line; std::getline(memberships, line);) {
    const std::size_t colon = line.rfind(':');
    if (line.starts_with("0::")) {
      lowest = std::min(lowest, lowest_on_the_way(mounts, line.substr(colon + 1), "memory.max"));
    } else if (line.find(":memory:") != line.npos) {
      lowest = std::min(lowest, lowest_on_the_way(mounts / "memory", line.substr(colon + 1),
                                                  "memory.limit_in_bytes"));
    }
  }
  return lowest;
}

std::string too_much_memory(std::uint64_t bytes_each, std::uint32_t worker_count) {
  const std::uint64_t machine_bytes =
      static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * page_bytes();
  const std::uint64_t group_bytes = group_memory_limit_bytes();
  const std::uint64_t there_mib = std::min(machine_bytes, group_bytes) >> 20;
  const std::uint64_t wanted_mib = (bytes_each >> 20) * worker_count;
  if (wanted_mib <= there_mib) return "";
  return std::to_string(worker_count) + " workers with " + std::to_string(bytes_each >> 20) +
         " MiB each need " + std::to_string(wanted_mib) + " MiB, and this " +
         (group_bytes < machine_bytes ? "control group" : "machine") + " has " +
         std::to_string(there_mib) + ": fewer workers, or less for each";
}

}  // namespace bulkhead

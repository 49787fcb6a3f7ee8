// What holds a program back on a machine besides its CPUs and its memory: limits, control groups, a
// container, and the kernel's defences against leaks between processes, which make every switch
// dearer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace bulkhead {

struct Confines {
  std::string container;    ///< "docker", "podman", "lxc", ...; empty where none was seen.
  std::string mitigations;  ///< "spectre_v2: Mitigation: Retpolines; ...", what affects this CPU.
  std::optional<std::uint64_t> huge_pages;  ///< Reserved ones (vm.nr_hugepages).
  // Soft limits of this process; empty: unlimited or unknown.
  std::optional<std::uint64_t> processes_limit;
  std::optional<std::uint64_t> open_files_limit;
  std::optional<std::uint64_t> locked_memory_limit_bytes;
  std::optional<std::uint64_t> address_space_limit_bytes;
  // Of the control group (version 2) that this process sees as its root; empty: none.
  std::optional<std::uint64_t> cgroup_pids_limit;
  std::optional<std::uint64_t> cgroup_memory_limit_bytes;
  std::string cgroup_cpu_limit;  ///< "200000 100000": us of CPU time in each period of so many us.
};

/// A soft limit of this process, by its name in /proc/self/limits; nothing where there is none.
[[nodiscard]] std::optional<std::uint64_t> read_soft_limit(const std::filesystem::path& root,
                                                           std::string_view name);

/// Reads /proc and /sys below `root`. Nothing is guessed, nothing throws for a missing file.
[[nodiscard]] Confines read_confines(const std::filesystem::path& root = "/");

}  // namespace bulkhead

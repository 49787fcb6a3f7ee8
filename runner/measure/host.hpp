// What machine this is, what its settings are and how the program was built: the facts that a table
// of measurements is worthless without. Read once, by the runner, before the first trial. A fact
// that cannot be read is empty and never guessed; nothing here throws for a missing file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "runner/measure/confines.hpp"

namespace bulkhead {

struct BuildFacts {
  std::string version;
  std::string type;  ///< CMake's build type: "Release", "Debug", ...
  std::string compiler;
  std::string flags;
  std::string sanitizers;  ///< "address,undefined"; empty in a build without.
  std::string boost;
  std::string fmt;
};

struct HostFacts {
  std::string cpu_model;
  std::optional<std::uint32_t> cpus_usable;  ///< This process may run on them.
  std::optional<std::uint32_t> cpus_online;
  std::optional<std::uint32_t> cores;
  std::optional<std::uint32_t> sockets;
  std::optional<std::uint64_t> memory_bytes;
  std::string kernel;  ///< Release.
  std::string libc;
  std::optional<bool> virtual_machine;  ///< The CPU says that a hypervisor is below us.
  std::string hardware_counters;        ///< See hardware_counters_text.
  std::string frequency_governor;       ///< Of the CPUs online; several are separated by commas.
  std::optional<std::uint64_t> page_bytes;
  std::string transparent_huge_pages;       ///< "always", "madvise" or "never".
  std::optional<double> load_average_1min;  ///< At the time of reading.
  Confines confines;
  BuildFacts build;
};

/// Reads /proc and /sys below `root`, which tests point at a tree of their own.
[[nodiscard]] HostFacts read_host_facts(const std::filesystem::path& root = "/");

/// How this program was built.
[[nodiscard]] BuildFacts read_build_facts();

/// The sanitizers that compiler flags ask for, separated by commas. Pure.
[[nodiscard]] std::string sanitizers_in(std::string_view flags);

/// The CPUs that a kernel list such as "0-3,8" names; none when it is not such a list. Pure.
[[nodiscard]] std::set<std::uint32_t> cpus_in(std::string_view list);

}  // namespace bulkhead

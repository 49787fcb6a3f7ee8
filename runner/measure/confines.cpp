#include "runner/measure/confines.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <vector>

namespace bulkhead {
namespace {

using std::filesystem::path;

std::string first_line(const path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// What a container run-time leaves where a program can see it.
std::string container_of(const path& root) {
  std::error_code error;
  std::string named = first_line(root / "run/systemd/container");
  if (!named.empty()) return named;
  if (std::filesystem::exists(root / "run/.containerenv", error)) return "podman";
  if (std::filesystem::exists(root / ".dockerenv", error)) return "docker";
  const std::string group = first_line(root / "proc/1/cgroup");
  for (const char* name : {"docker", "kubepods", "lxc"}) {
    if (group.find(name) != std::string::npos) return name;
  }
  return "";
}

std::string mitigations_of(const path& folder) {
  std::vector<path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::string all;
  for (const path& file : files) {
    const std::string state = first_line(file);
    if (state.empty() || state == "Not affected") continue;
    if (!all.empty()) all += "; ";
    all += file.filename().string();
    all += ": ";
    all += state;
  }
  return all;
}

}  // namespace

std::optional<std::uint64_t> read_soft_limit(const path& root, std::string_view name) {
  std::ifstream stream(root / "proc/self/limits");
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream words(line.substr(name.size()));
    std::string soft;
    words >> soft;
    return number_in(soft);
  }
  return std::nullopt;
}

Confines read_confines(const path& root) {
  const path group = root / "sys/fs/cgroup";
  Confines confines;
  confines.container = container_of(root);
  confines.mitigations = mitigations_of(root / "sys/devices/system/cpu/vulnerabilities");
  confines.huge_pages = number_in(first_line(root / "proc/sys/vm/nr_hugepages"));
  confines.processes_limit = read_soft_limit(root, "Max processes");
  confines.open_files_limit = read_soft_limit(root, "Max open files");
  confines.locked_memory_limit_bytes = read_soft_limit(root, "Max locked memory");
  confines.address_space_limit_bytes = read_soft_limit(root, "Max address space");
  confines.cgroup_pids_limit = number_in(first_line(group / "pids.max"));
  confines.cgroup_memory_limit_bytes = number_in(first_line(group / "memory.max"));
  const std::string cpu = first_line(group / "cpu.max");
  if (!cpu.starts_with("max")) confines.cgroup_cpu_limit = cpu;
  return confines;
}

}  // namespace bulkhead

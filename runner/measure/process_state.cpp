#include "runner/measure/process_state.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "ipc/heartbeat.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {
namespace {

std::string link_at(const std::string& path) {
  std::error_code error;
  return std::filesystem::read_symlink(path, error).string();
}

/// The value of a line "name:\tvalue".
std::string value_of(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    const std::size_t begin = line.find_first_not_of(": \t", name.size());
    return begin == std::string::npos ? std::string() : line.substr(begin);
  }
  return "";
}

/// Without the signal by which a worker's own waits are interrupted: it listens to that as soon as
/// it begins, which may be after the first look.
std::string caught_by_others(const std::string& status) {
  const std::string mask = value_of(status, "SigCgt");
  std::uint64_t signals = 0;
  std::from_chars(mask.data(), mask.data() + mask.size(), signals, 16);
  signals &= ~(std::uint64_t{1} << (Heartbeat::signal_number - 1));
  return mask.empty() ? mask : std::to_string(signals);
}

}  // namespace

ProcessState read_process_state(pid_t process, pid_t thread) {
  const std::string folder = "/proc/" + std::to_string(process) + "/task/" + std::to_string(thread);
  const std::string status = read_file(folder + "/status");
  return {process,
          {{"working directory", link_at(folder + "/cwd")},
           {"umask", value_of(status, "Umask")},
           {"ignored signals", value_of(status, "SigIgn")},
           {"caught signals", caught_by_others(status)},
           {"limit on open files", value_of(read_file(folder + "/limits"), "Max open files")},
           {"flags of standard error", value_of(read_file(folder + "/fdinfo/2"), "flags")}}};
}

std::string changed_attributes(const ProcessState& before, const ProcessState& now) {
  std::string changed;
  if (before.process != now.process) return changed;
  const std::size_t count = std::min(before.attributes.size(), now.attributes.size());
  for (std::size_t index = 0; index < count; ++index) {
    const auto& [name, value] = before.attributes[index];
    if (value.empty() || now.attributes[index].value.empty()) continue;
    if (value == now.attributes[index].value) continue;
    if (!changed.empty()) changed += ", ";
    changed += name;
  }
  return changed;
}

}  // namespace bulkhead

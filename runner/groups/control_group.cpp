#include "runner/groups/control_group.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <vector>

// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}

#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {
namespace {

constexpr mode_t for_the_owner = 0755;

std::vector<std::string> inner_directories(const std::string& directory) {
  std::vector<std::string> inner;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.is_directory(error)) inner.push_back(entry.path().string());
  }
  return inner;
}

std::vector<pid_t> members_of(const std::string& procs) {
  std::istringstream lines(read_file(procs));
  std::vector<pid_t> members;
  // 0 is a process that this one cannot see.
  for (pid_t member = 0; lines >> member;) {
    if (member > 0 && member != getpid()) members.push_back(member);
  }
  return members;
}

bool is_gone(const std::string& directory) {
  return rmdir(directory.c_str()) == 0 || errno == ENOENT;
}

}  // namespace

std::string ControlGroup::file(std::string_view name) const {
  return directory_ + "/" + std::string(name);
}

ControlGroup ControlGroup::inner(std::string_view name) const {
  return {hierarchy_, file(name)};
}

void ControlGroup::make() const {
  if (mkdir(directory_.c_str(), for_the_owner) != 0) {
    throw_errno("mkdir: make the control group " + directory_);
  }
}

void ControlGroup::enter() const {
  if (!set("cgroup.procs", "0")) throw_errno("write: enter the control group " + directory_);
}

bool ControlGroup::set(std::string_view name, std::string_view text) const {
  const UniqueFd fd(open(file(name).c_str(), O_WRONLY | O_CLOEXEC));
  return fd.open() &&
         write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool ControlGroup::set(std::string_view name, std::uint64_t number) const {
  return set(name, std::to_string(number));
}

std::optional<std::uint64_t> ControlGroup::number(std::string_view name) const {
  const std::string text = read_file(file(name));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

std::uint64_t ControlGroup::out_of_memory_kills() const {
  std::istringstream lines(read_file(file("memory.oom_control")));
  std::string key;
  std::uint64_t count = 0;
  while (lines >> key >> count) {
    if (key == "oom_kill") return count;
  }
  return 0;
}

void ControlGroup::thaw() const {
  for (const std::string& directory : inner_directories(directory_)) {
    ControlGroup(hierarchy_, directory).thaw();
  }
  if (hierarchy_ == Hierarchy::freezer) set("freezer.state", "THAWED");
  if (hierarchy_ == Hierarchy::unified) set("cgroup.freeze", "0");
}

/// Not by number alone, which may be a stranger's by now: who is still listed after his descriptor
/// was opened is meant by it.
void ControlGroup::kill_members() const {
  const std::string procs = file("cgroup.procs");
  for (const pid_t member : members_of(procs)) {
    const UniqueFd fd(pidfd_open(member, 0));
    if (!fd.open()) continue;
    const std::vector<pid_t> still = members_of(procs);
    if (std::find(still.begin(), still.end(), member) == still.end()) continue;
    pidfd_send_signal(fd.get(), SIGKILL, nullptr, 0);
  }
}

bool ControlGroup::clear_away(Deadline deadline) const {
  for (;;) {
    thaw();
    kill_members();
    for (const std::string& directory : inner_directories(directory_)) {
      // It may have come while we looked; what is in it is killed once more then.
      if (!is_gone(directory)) ControlGroup(hierarchy_, directory).kill_members();
    }
    if (is_gone(directory_)) return true;
    if (deadline.passed()) return false;
    const timespec pause{0, 1'000'000};  // A killed process takes a moment to end.
    nanosleep(&pause, nullptr);
  }
}

}  // namespace bulkhead

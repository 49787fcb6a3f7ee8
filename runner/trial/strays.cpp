#include "runner/trial/strays.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "ipc/clock.hpp"
#include "runner/groups/guard.hpp"
#include "runner/groups/trial_groups.hpp"
#include "runner/measure/read_file.hpp"
#include "runner/measure/task_counters.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t strays_patience_ns = 5 * ns_per_second;
constexpr std::int64_t guards_patience_ns = TrialGroups::end_patience_ns + ns_per_second;

/// A guard is at its work when its supervisor was killed, and ends by itself.
bool is_guard(const std::string& status) {
  return status.starts_with("Name:\t" + std::string(guard_name) + "\n");
}

/// Kills by number, which is safe here: a child of ours keeps its number until we reap it.
void kill_children(bool guards_as_well) {
  const auto self = static_cast<std::uint64_t>(getpid());
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    const std::string status = read_file(entry.path().string() + "/status");
    if (number_after(status, "PPid") != self) continue;
    if (guards_as_well || !is_guard(status)) kill(pid, SIGKILL);
  }
}

}  // namespace

void adopt_orphans() noexcept {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

std::uint32_t end_strays() {
  std::uint32_t ended = 0;
  const Deadline guards_deadline = Deadline::in(guards_patience_ns);
  const Deadline deadline{guards_deadline.at_ns + strays_patience_ns};
  while (!deadline.passed()) {
    const pid_t pid = waitpid(-1, nullptr, WNOHANG);
    if (pid < 0 && errno == ECHILD) break;
    if (pid > 0) {
      ++ended;
      continue;
    }
    kill_children(guards_deadline.passed());
    const timespec pause{0, 1'000'000};  // A killed process takes a moment to end.
    nanosleep(&pause, nullptr);
  }
  return ended;
}

}  // namespace bulkhead

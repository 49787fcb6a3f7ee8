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
#include "runner/measure/read_file.hpp"
#include "runner/measure/task_counters.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t strays_patience_ns = 5 * ns_per_second;

/// Kills by number, which is safe here: a child of ours keeps its number until we reap it.
void kill_children() {
  const auto self = static_cast<std::uint64_t>(getpid());
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    const auto parent = number_after(read_file(entry.path().string() + "/status"), "PPid");
    if (parent == self) kill(pid, SIGKILL);
  }
}

}  // namespace

void adopt_orphans() noexcept {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

std::uint32_t end_strays() {
  std::uint32_t ended = 0;
  const Deadline deadline = Deadline::in(strays_patience_ns);
  while (!deadline.passed()) {
    const pid_t pid = waitpid(-1, nullptr, WNOHANG);
    if (pid < 0 && errno == ECHILD) break;
    if (pid > 0) {
      ++ended;
      continue;
    }
    kill_children();
    const timespec pause{0, 1'000'000};  // A killed process takes a moment to end.
    nanosleep(&pause, nullptr);
  }
  return ended;
}

}  // namespace bulkhead

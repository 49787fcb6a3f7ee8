// The runner itself is killed, at many moments: nothing of its trials outlives it.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "ipc/clock.hpp"
#include "runner/measure/read_file.hpp"
#include "tests/catch.hpp"
#include "workloads/random.hpp"

using namespace bulkhead;

namespace {

constexpr std::int64_t ms = 1'000'000;

/// Starts a run with a crash in it, marked by a variable that all its processes inherit.
pid_t start_runner(const std::string& mark) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nowhere, STDIN_FILENO);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  const char* const words[] = {BULKHEAD_EXECUTABLE,
                               "run",
                               "bank",
                               "--workers",
                               "4",
                               "--mode",
                               "process,2x2",
                               "--duration",
                               "150ms",
                               "--fault",
                               "abort@1:ms=30",
                               "--restart",
                               "one-for-one",
                               "--spares",
                               "1",
                               nullptr};
  const char* const environment[] = {mark.c_str(), nullptr};
  execve(BULKHEAD_EXECUTABLE, const_cast<char* const*>(words),
         const_cast<char* const*>(environment));
  _exit(127);
}

std::size_t count_marked(const std::string& mark) {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    if (read_file(entry.path().string() + "/environ").find(mark) != std::string::npos) ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("whenever the runner is killed, its processes are gone soon after", "[runner][fork]") {
  const std::string mark = "BULKHEAD_TEST_MARK=" + std::to_string(getpid()) + "x";
  std::uint64_t random = 20;
  std::size_t seen_alive = 0;
  // A start takes a sanitizer longer than some of the moments; so more of them, where it does.
  for (int round = 0; round < 20 || seen_alive <= 5; ++round) {
    REQUIRE(round < 100);
    const pid_t runner = start_runner(mark);
    REQUIRE(runner > 0);
    usleep(static_cast<useconds_t>(1'000 + next_random(random) % 300'000));
    seen_alive += count_marked(mark) > 2 ? 1 : 0;
    kill(runner, SIGKILL);
    waitpid(runner, nullptr, 0);
    const Deadline watchdog = Deadline::in(5'000 * ms);
    while (count_marked(mark) != 0 && !watchdog.passed()) usleep(5'000);
    REQUIRE(count_marked(mark) == 0);
  }
}

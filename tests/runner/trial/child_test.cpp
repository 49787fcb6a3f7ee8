#include "runner/trial/child.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <stdexcept>
#include <string>

#include "ipc/region.hpp"
#include "runner/measure/read_file.hpp"
#include "runner/trial/strays.hpp"
#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

constexpr std::int64_t long_ns = 30 * ns_per_second;

/// A process that waits to be killed, at most as long as the watchdog.
int wait_for_the_end() {
  alarm(30);
  for (;;) pause();
}

bool is_gone(pid_t pid) {
  // Not by signal 0: a zombie still answers that.
  return read_file("/proc/" + std::to_string(pid) + "/stat").empty();
}

}  // namespace

TEST_CASE("a child's exit code is what its body returns", "[child][fork]") {
  Child child = Child::start([] { return 7; });
  const auto end = child.reap(Deadline::in(long_ns));
  REQUIRE(end);
  REQUIRE(end->info.si_code == CLD_EXITED);
  REQUIRE(end->info.si_status == 7);
  REQUIRE_FALSE(child.exists());
}

TEST_CASE("a child whose body throws ends with the code for that", "[child][fork]") {
  Child child = Child::start([]() -> int {
    static_cast<void>(freopen("/dev/null", "w", stderr));
    throw std::runtime_error("expected");
  });
  const auto end = child.reap(Deadline::in(long_ns));
  REQUIRE(end);
  REQUIRE(end->info.si_status == Child::uncaught_exit_code);
}

TEST_CASE("a child that still runs at the deadline is not reaped", "[child][fork]") {
  Child child = Child::start(wait_for_the_end);
  REQUIRE_FALSE(child.reap(Deadline{0}));
  REQUIRE_FALSE(child.reap(Deadline::in(1'000'000)));
  REQUIRE(child.exists());
}

TEST_CASE("a child's owner takes it along", "[child][fork]") {
  pid_t pid = 0;
  {
    const Child child = Child::start(wait_for_the_end);
    pid = child.pid();
    REQUIRE_FALSE(is_gone(pid));
  }
  REQUIRE(is_gone(pid));
}

TEST_CASE("a reaped child cannot be signalled", "[child][fork]") {
  Child child = Child::start(wait_for_the_end);
  REQUIRE(child.signal(SIGKILL));
  REQUIRE(child.reap(Deadline::in(long_ns)));
  REQUIRE_FALSE(child.signal(SIGKILL));
}

TEST_CASE("a child that somebody else has reaped is gone, and nobody waits for it",
          "[child][fork]") {
  Child child = Child::start([] { return 0; });
  REQUIRE(waitpid(child.pid(), nullptr, 0) == child.pid());
  const Deadline deadline = Deadline::in(long_ns);
  REQUIRE_FALSE(child.reap(deadline));
  REQUIRE_FALSE(deadline.passed());
  REQUIRE_FALSE(child.exists());
}

TEST_CASE("a child dies with its parent", "[child][fork]") {
  const Region region(Sharing::shared, sizeof(std::atomic<pid_t>), "test");
  auto* grandchild = new (region.data()) std::atomic<pid_t>{0};
  adopt_orphans();
  Child parent = Child::start([&] {
    Child child = Child::start(wait_for_the_end);
    grandchild->store(child.pid());
    raise(SIGKILL);
    return 0;
  });
  REQUIRE(parent.reap(Deadline::in(long_ns)));
  REQUIRE(grandchild->load() != 0);
  int status = 0;
  REQUIRE(waitpid(grandchild->load(), &status, 0) == grandchild->load());
  // By the signal, or by its own look at its parent when that died before the signal was set up.
  const bool by_signal = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  const bool by_itself = WIFEXITED(status) && WEXITSTATUS(status) == Child::uncaught_exit_code;
  REQUIRE((by_signal || by_itself));
}

TEST_CASE("strays that were left behind are ended and reaped", "[child][fork]") {
  adopt_orphans();
  Child parent = Child::start([] {
    for (int stray = 0; stray < 3; ++stray) {
      if (fork() == 0) _exit(wait_for_the_end());  // No tie to its parent at all.
    }
    return 0;
  });
  REQUIRE(parent.reap(Deadline::in(long_ns)));
  REQUIRE(end_strays() == 3);
  errno = 0;
  REQUIRE(waitpid(-1, nullptr, WNOHANG) == -1);
  REQUIRE(errno == ECHILD);
}

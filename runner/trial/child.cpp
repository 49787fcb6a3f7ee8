#include "runner/trial/child.hpp"

#include <poll.h>
#include <stdio_ext.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}

#include <cerrno>
#include <cstdio>
#include <exception>
#include <utility>

#include "ipc/start_path.hpp"
#include "ipc/system_call.hpp"
#include "ipc/system_error.hpp"

namespace bulkhead {
namespace {

/// noexcept: whatever flies out of the child's code must not unwind the stack that it inherited,
/// whose destructors would end the parent's other children.
BULKHEAD_START_PATH [[noreturn]] void run_child(int (*call)(void*), void* body,
                                                pid_t parent) noexcept {
  // The signal is tied to the thread that forked us, and is lost when that one died before this
  // call.
  system_call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (system_call(SYS_getppid) != parent) _exit(Child::uncaught_exit_code);
  int code = Child::uncaught_exit_code;
  try {
    code = call(body);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bulkhead: %s\n", error.what());
  }
  _exit(code);
}

/// waitid with the resources used, which glibc's wrapper leaves out.
int wait_for(int pidfd, ChildEnd& end, int options) {
  return static_cast<int>(
      syscall(SYS_waitid, P_PIDFD, pidfd, &end.info, WEXITED | options, &end.used));
}

}  // namespace

BULKHEAD_START_PATH Child Child::start(Call call, void* body) {
  // Unwritten text would come out twice. To look first is cheaper than to flush everything.
  if (__fpending(stdout) != 0) std::fflush(stdout);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw_errno("fork: start another process");
  if (pid == 0) run_child(call, body, parent);
  UniqueFd pidfd(pidfd_open(pid, 0));
  if (!pidfd.open()) {
    const int error = errno;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    throw_error(error, "pidfd_open: watch another process");
  }
  return Child(pid, std::move(pidfd));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), pidfd_(std::move(other.pidfd_)) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  return *this;
}

Child::~Child() {
  if (!exists()) return;
  signal(SIGKILL);
  // A process in uninterruptible sleep cannot be waited for; it is left to init.
  constexpr std::int64_t patience_ns = 5 * ns_per_second;
  static_cast<void>(reap(Deadline::in(patience_ns)));
}

bool Child::signal(int number) const noexcept {
  return exists() && pidfd_send_signal(pidfd_.get(), number, nullptr, 0) == 0;
}

bool Child::is_stopped() const noexcept {
  siginfo_t info{};
  // WNOWAIT leaves the news where it is, so that it can be asked for again.
  return exists() &&
         waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WSTOPPED | WNOHANG | WNOWAIT) ==
             0 &&
         info.si_pid != 0;
}

std::optional<ChildEnd> Child::reap(Deadline deadline) {
  ChildEnd end;
  for (;;) {
    const int answer = wait_for(pidfd_.get(), end, WNOHANG);
    if (answer == 0 && end.info.si_pid != 0) {
      pidfd_.reset();
      return end;
    }
    // Its descriptor stays readable, and there is nothing to wait for.
    if (answer != 0 && errno == ECHILD) {
      pidfd_.reset();
      return std::nullopt;
    }
    const std::int64_t left_ns = deadline.left_ns();
    if (left_ns == 0) return std::nullopt;
    pollfd readable{pidfd_.get(), POLLIN, 0};
    const timespec timeout{static_cast<time_t>(left_ns / ns_per_second),
                           static_cast<long>(left_ns % ns_per_second)};
    ppoll(&readable, 1, &timeout, nullptr);
  }
}

void reset_signal_handlers() noexcept {
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
  }
}

}  // namespace bulkhead

#include "runner/faults/brief_child.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace bulkhead {
namespace {

/// Whatever the child waits for, it does not wait longer than that.
void die_at(Deadline end) noexcept {
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  signal(SIGALRM, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  // Some time to leave by itself; zero would switch the timer off.
  const std::int64_t left_us = end.left_ns() / 1000 + 10'000;
  const itimerval timer{{0, 0}, {left_us / 1'000'000, left_us % 1'000'000}};
  setitimer(ITIMER_REAL, &timer, nullptr);
}

[[noreturn]] void run_child(pid_t parent, Deadline end, void (*body)(Deadline end)) noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // It died before the call, and the signal is lost.
  die_at(end);
  body(end);
  _exit(0);
}

}  // namespace

pid_t fork_briefly(Deadline end, void (*body)(Deadline end)) noexcept {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) run_child(parent, end, body);
  return child;
}

void reap(pid_t child) noexcept {
  while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace bulkhead

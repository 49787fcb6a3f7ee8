// A worker that the kernel does not let run: it waits for a child that has not yet become another
// program, in a state that looks unkillable and is not; or a debugger holds it.

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/faults/brief_child.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::suspended_fault {
namespace {

/// What the child that holds a worker needs; it has a copy of it.
thread_local pid_t held_thread = 0;

/// vfork(2) without its shared memory, which nothing here needs.
void wait_for_child(const Strike& strike) {
  const Deadline end = end_of(strike);
  const long child = syscall(SYS_clone, CLONE_VFORK | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sleep_until(end);
    _exit(0);
  }
  reap(static_cast<pid_t>(child));
}

void hold(Deadline end) {
  // Where Yama guards, it is allowed a moment later, or not at all.
  while (ptrace(PTRACE_SEIZE, held_thread, nullptr, nullptr) != 0) {
    if (end.passed()) return;
  }
  ptrace(PTRACE_INTERRUPT, held_thread, nullptr, nullptr);
  sleep_until(end);  // Whom it holds goes on when it ends.
}

void be_traced(const Strike& strike) {
  held_thread = strike.thread;
  const Deadline end = end_of(strike);
  const pid_t debugger = fork_briefly(end, hold);
  if (debugger < 0) return;
  prctl(PR_SET_PTRACER, debugger);
  // It comes when it comes: until then there is nothing else to do.
  while (!end.passed()) sleep_until(end);
  reap(debugger);
}

std::string tracing_unavailable() {
  const pid_t child = fork();
  if (child == 0) _exit(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : 1);
  int status = 1;
  if (child > 0) waitpid(child, &status, 0);
  return status == 0 ? "" : "processes may not trace each other here (ptrace)";
}

const FaultRegistry::Registration vfork_parent{{
    .name = "vfork-parent",
    .family = "liveness",
    .help = "waits in vfork for a child that sleeps, in the state D",
    .ends_as = "stall",
    .parameters = {lasting("3s")},
    .strike = wait_for_child,
}};

const FaultRegistry::Registration traced{{
    .name = "traced",
    .family = "liveness",
    .help = "is stopped by a debugger",
    .ends_as = "stall",
    .parameters = {lasting("3s")},
    .strike = be_traced,
    .unavailable = tracing_unavailable,
}};

}  // namespace
}  // namespace bulkhead::suspended_fault

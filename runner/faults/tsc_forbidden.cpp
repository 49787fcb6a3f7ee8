// The processor's clock taken away from a thread, as a sandbox may do. Reading the time then ends
// the process, since the C library reads that clock without a system call.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/core_dumps.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::tsc_forbidden_fault {
namespace {

BULKHEAD_FAULT void read_forbidden_clock() {
#if defined(__x86_64__)
  if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV) != 0) return;
  static_cast<void>(opaque(__builtin_ia32_rdtsc()));
#endif
}

void strike(const Strike&) {
  read_forbidden_clock();
}

/// Some virtual machines let it be read all the same.
std::string unavailable() {
  const pid_t child = fork();
  if (child == 0) {
    forbid_core_dumps();
    signal(SIGSEGV, SIG_DFL);  // Whoever asks may have a handler that talks.
    read_forbidden_clock();
    _exit(0);
  }
  int status = 0;
  if (child > 0) waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? "" : "this processor's clock cannot be forbidden (PR_SET_TSC)";
}

const FaultRegistry::Registration registered{{
    .name = "tsc-forbidden",
    .family = "address space",
    .help = "forbids its thread the processor's clock, and reads it",
    .ends_as = "SIGSEGV",
    .strike = strike,
    .unavailable = unavailable,
}};

}  // namespace
}  // namespace bulkhead::tsc_forbidden_fault

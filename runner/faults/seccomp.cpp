// A system call that a seccomp filter forbids. The filter decides what ends: the process, the
// process by a signal that it could have handled, or the calling thread alone, which is the only
// way for the kernel to kill one thread and not its process.

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "runner/faults/fault.hpp"

namespace bulkhead::seccomp_fault {
namespace {

/// Installs for this thread a filter that answers getppid by `action`, and calls it.
void call_forbidden(std::uint32_t action) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{sizeof filter / sizeof filter[0], filter};
  // Without the promise to gain no rights the filter is a privilege of root.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) return;
  syscall(SYS_getppid);
}

void kill_process(const Strike&) {
  call_forbidden(SECCOMP_RET_KILL_PROCESS);
}

void trap(const Strike&) {
  call_forbidden(SECCOMP_RET_TRAP);
}

void kill_thread(const Strike&) {
  call_forbidden(SECCOMP_RET_KILL_THREAD);
}

std::string unavailable() {
  for (const std::uint32_t action :
       {SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_TRAP, SECCOMP_RET_KILL_THREAD}) {
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0) {
      return "the kernel does not let a process filter its system calls (seccomp)";
    }
  }
  return "";
}

const FaultRegistry::Registration process{{
    .name = "seccomp-process",
    .family = "sudden end",
    .help = "makes a system call whose filter kills the process",
    .ends_as = "SIGSYS",
    .strike = kill_process,
    .unavailable = unavailable,
}};

const FaultRegistry::Registration trapped{{
    .name = "seccomp-trap",
    .family = "sudden end",
    .help = "makes a system call whose filter sends SIGSYS",
    .ends_as = "SIGSYS",
    .strike = trap,
    .unavailable = unavailable,
}};

const FaultRegistry::Registration thread{{
    .name = "seccomp-thread",
    .family = "sudden end",
    .help = "makes a system call whose filter kills the thread",
    .ends_as = "SIGSYS",
    .strike = kill_thread,
    .unavailable = unavailable,
}};

}  // namespace
}  // namespace bulkhead::seccomp_fault

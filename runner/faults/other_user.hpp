// A worker that becomes another user, which only root may.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace bulkhead {

/// Whether it did. The C library has every thread of the process change. The kernel forgets then
/// that the process must die with its supervisor, who may be gone before it is told again.
[[nodiscard]] inline bool become_user(uid_t user) noexcept {
  const pid_t supervisor = getppid();
  if (setresuid(user, user, user) != 0) return false;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != supervisor) raise(SIGKILL);
  return true;
}

}  // namespace bulkhead

// Children that a fault makes. They die with the thread that made them, and by themselves soon.
#pragma once

#include <sys/types.h>

#include "ipc/clock.hpp"

namespace bulkhead {

/// Forks a child that calls `body(end)` and leaves with status 0. It is killed when the calling
/// thread ends, and ends itself by SIGALRM when it still runs at `end`. The body may call what is
/// async-signal-safe, since the process may have threads. Returns the child, which the caller may
/// reap or leave to the supervisor; -1 when there is none.
pid_t fork_briefly(Deadline end, void (*body)(Deadline end)) noexcept;

/// Waits for such a child's end.
void reap(pid_t child) noexcept;

}  // namespace bulkhead

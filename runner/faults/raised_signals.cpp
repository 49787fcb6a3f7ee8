// Signals that a worker sends to itself and has no handler for: a breakpoint that was left in, a
// realtime signal whose receiver is not there, and the one that no handler can have. Each is
// addressed to the thread and ends the process.

#include <signal.h>

#include "ipc/start_path.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead::raised_signals_fault {
namespace {

constexpr int unused_realtime_signal = 3;

BULKHEAD_START_PATH void raise_trap(const Strike&) {
  raise(SIGTRAP);
}

BULKHEAD_START_PATH void raise_realtime(const Strike&) {
  raise(SIGRTMIN + unused_realtime_signal);
}

BULKHEAD_START_PATH void raise_kill(const Strike&) {
  raise(SIGKILL);
}

const FaultRegistry::Registration trap{{
    .name = "trap",
    .family = "crash",
    .help = "meets a breakpoint without a debugger",
    .ends_as = "SIGTRAP",
    .strike = raise_trap,
}};

const FaultRegistry::Registration realtime{{
    .name = "sigrt",
    .family = "sudden end",
    .help = "raises a realtime signal that nobody handles",
    .ends_as = "SIGRTMIN+3",
    .strike = raise_realtime,
}};

const FaultRegistry::Registration self_kill{{
    .name = "sigkill-self",
    .family = "sudden end",
    .help = "raises SIGKILL",
    .ends_as = "SIGKILL",
    .strike = raise_kill,
}};

}  // namespace
}  // namespace bulkhead::raised_signals_fault

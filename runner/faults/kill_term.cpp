// SIGTERM aimed at one thread, as an operator sends it who takes a thread's number for a process's.
// Without a handler it ends the process.

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/faults/fault.hpp"

namespace bulkhead::kill_term_fault {
namespace {

void send(const Strike& strike) {
  syscall(SYS_tgkill, strike.process, strike.thread, SIGTERM);
}

const FaultRegistry::Registration registered{{
    .name = "kill-term",
    .family = "sudden end",
    .help = "SIGTERM to the worker's thread, from outside where the trigger is a moment",
    .ends_as = "SIGTERM",
    .striker = Striker::outside,
    .strike = send,
}};

}  // namespace
}  // namespace bulkhead::kill_term_fault

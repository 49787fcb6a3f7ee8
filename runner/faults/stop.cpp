// SIGSTOP aimed at one thread, as a debugger or an operator sends it. It stops the whole process,
// and a pidfd says nothing of it.

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/faults/fault.hpp"

namespace bulkhead::stop_fault {
namespace {

void send(const Strike& strike) {
  syscall(SYS_tgkill, strike.process, strike.thread, SIGSTOP);
}

const FaultRegistry::Registration registered{{
    .name = "stop",
    .family = "liveness",
    .help = "SIGSTOP to the worker's thread, from outside where the trigger is a moment",
    .ends_as = "stall",
    .also = {Outcome::degraded},  // Stopped with the lock in its hand, it holds the others up.
    .striker = Striker::outside,
    .strike = send,
}};

}  // namespace
}  // namespace bulkhead::stop_fault

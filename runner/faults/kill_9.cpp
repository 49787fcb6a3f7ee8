// SIGKILL aimed at one thread, as the kernel's out-of-memory killer or an operator sends it. A
// signal that ends one thread ends its process.

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/faults/fault.hpp"

namespace bulkhead::kill_9_fault {
namespace {

void send(const Strike& strike) {
  syscall(SYS_tgkill, strike.process, strike.thread, SIGKILL);
}

const FaultRegistry::Registration registered{{
    .name = "kill-9",
    .family = "sudden end",
    .help = "SIGKILL to the worker's thread, from outside where the trigger is a moment",
    .ends_as = "SIGKILL",
    .striker = Striker::outside,
    .strike = send,
}};

}  // namespace
}  // namespace bulkhead::kill_9_fault

// A handler for crashes that crashes itself. The signal is blocked while its handler runs, so the
// kernel ends the process at once.

#include <signal.h>

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::crash_in_handler_fault {
namespace {

BULKHEAD_FAULT void store_nowhere() {
  volatile int* nowhere = opaque<volatile int*>(nullptr);
  *nowhere = 1;
}

void handle(int) {
  store_nowhere();
}

void strike(const Strike&) {
  struct sigaction action {};
  action.sa_handler = handle;
  sigaction(SIGSEGV, &action, nullptr);
  store_nowhere();
}

const FaultRegistry::Registration registered{{
    .name = "crash-in-handler",
    .family = "crash",
    .help = "crashes in its handler for crashes",
    .ends_as = "SIGSEGV",
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::crash_in_handler_fault

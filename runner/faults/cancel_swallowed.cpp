// A cancelled thread unwinds by an exception that must not be kept. Whoever catches everything and
// goes on is aborted by the library.

#include <pthread.h>

#include "runner/faults/fault.hpp"

namespace bulkhead::cancel_swallowed_fault {
namespace {

void strike(const Strike&) {
  pthread_cancel(pthread_self());
  try {
    pthread_testcancel();
  } catch (...) {  // NOLINT(bugprone-empty-catch): that is the fault.
  }
}

const FaultRegistry::Registration registered{{
    .name = "cancel-swallowed",
    .family = "crash",
    .help = "catches the exception by which a cancelled thread ends",
    .ends_as = "SIGABRT",
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::cancel_swallowed_fault

// A worker that leaves before the work is done. exit(0) looks like success, so only a mark that the
// worker sets at its end tells the two apart. Where there are siblings in the process, exit
// destroys globals under them; quick_exit and _exit do not.

#include <unistd.h>

#include <cstdlib>

#include "runner/faults/fault.hpp"

namespace bulkhead::exits_fault {
namespace {

constexpr int exit_status = 3;
constexpr int quick_exit_status = 4;
constexpr int exit_now_status = 5;

void exit_with_success(const Strike&) {
  std::exit(0);  // NOLINT(concurrency-mt-unsafe): that is the fault.
}

void exit_with_failure(const Strike&) {
  std::exit(exit_status);  // NOLINT(concurrency-mt-unsafe): that is the fault.
}

void exit_quickly(const Strike&) {
  std::quick_exit(quick_exit_status);
}

void exit_now(const Strike&) {
  _exit(exit_now_status);
}

const FaultRegistry::Registration success{{
    .name = "exit-0",
    .family = "sudden end",
    .help = "calls exit(0) in the middle of the work",
    .ends_as = "exit 0",
    .strike = exit_with_success,
}};

const FaultRegistry::Registration failure{{
    .name = "exit-3",
    .family = "sudden end",
    .help = "calls exit(3) in the middle of the work",
    .ends_as = "exit 3",
    .strike = exit_with_failure,
}};

const FaultRegistry::Registration quick{{
    .name = "quick-exit",
    .family = "sudden end",
    .help = "calls quick_exit(4), which destroys no globals",
    .ends_as = "exit 4",
    .strike = exit_quickly,
}};

const FaultRegistry::Registration now{{
    .name = "exit-now",
    .family = "sudden end",
    .help = "calls _exit(5)",
    .ends_as = "exit 5",
    .strike = exit_now,
}};

}  // namespace
}  // namespace bulkhead::exits_fault

// Divisions by zero. That of integers traps on x86 by itself; that of floating-point numbers only
// where the thread has asked for it, which no other thread inherits. A CPU that does not trap gets
// the signal all the same.

#include <fenv.h>
#include <signal.h>

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::fpe_fault {
namespace {

BULKHEAD_FAULT void divide_integers(const Strike&) {
  const volatile int quotient = opaque(1) / opaque(0);
  static_cast<void>(quotient);
  raise(SIGFPE);
}

BULKHEAD_FAULT void divide_floats(const Strike&) {
  feenableexcept(FE_DIVBYZERO);
  const volatile double zero = 0.0;
  const volatile double quotient = 1.0 / zero;
  static_cast<void>(quotient);
  raise(SIGFPE);
}

const FaultRegistry::Registration integers{{
    .name = "fpe-int",
    .family = "crash",
    .help = "divides an integer by zero",
    .ends_as = "SIGFPE",
    .strike = divide_integers,
}};

const FaultRegistry::Registration floats{{
    .name = "fpe-float",
    .family = "crash",
    .help = "divides by 0.0 with the trap for it switched on",
    .ends_as = "SIGFPE",
    .strike = divide_floats,
}};

}  // namespace
}  // namespace bulkhead::fpe_fault

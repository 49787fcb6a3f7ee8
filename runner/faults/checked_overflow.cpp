// Buffer overflows that are caught: by the guard word that -fstack-protector puts behind an array,
// and by the checked copies that -D_FORTIFY_SOURCE puts in the place of plain ones. Both end the
// process. The checks stand here in full, so that they do not depend on how this file is compiled.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

// What the compiler calls when a function finds its guard word changed.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" [[noreturn]] void __stack_chk_fail();

namespace bulkhead::checked_overflow_fault {
namespace {

struct GuardedFrame {
  char buffer[16] = {};
  std::uint64_t guard = 0;
};

BULKHEAD_FAULT void overflow_frame(const Strike&) {
  GuardedFrame frame;
  auto* const bytes = opaque(reinterpret_cast<volatile char*>(&frame));
  for (std::size_t index = 0; index < sizeof frame; ++index) bytes[index] = 'A';
  if (opaque(&frame)->guard != 0) __stack_chk_fail();
}

void overflow_checked_copy(const Strike&) {
  constexpr std::size_t room = 8;
  const char source[16] = {};
  char target[16] = {};
  __builtin___memcpy_chk(opaque(&target[0]), source, opaque(sizeof source), room);
}

const FaultRegistry::Registration stack_smash{{
    .name = "stack-smash",
    .family = "crash",
    .help = "writes over the guard word behind an array on the stack",
    .ends_as = "SIGABRT",
    .strike = overflow_frame,
}};

const FaultRegistry::Registration fortify{{
    .name = "fortify",
    .family = "crash",
    .help = "copies 16 bytes where a checked copy has room for 8",
    .ends_as = "SIGABRT",
    .strike = overflow_checked_copy,
}};

}  // namespace
}  // namespace bulkhead::checked_overflow_fault

// The other ways to a segmentation fault: an address that no page can have, as garbage in a pointer
// often is; a store to constant data; and a jump into data. The kernel reports each with another
// code, the process ends the same.

#include <cstdint>

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::segv_variants_fault {
namespace {

const int constant_data = 1;
volatile std::uint64_t plain_data[2] = {};

BULKHEAD_FAULT void store_noncanonical(const Strike&) {
  constexpr std::uintptr_t no_address = 0xdead'0000'0000'0000;
  *reinterpret_cast<volatile int*>(opaque(no_address)) = 1;  // NOLINT(performance-no-int-to-ptr)
}

BULKHEAD_FAULT void store_readonly(const Strike&) {
  *const_cast<volatile int*>(opaque(&constant_data)) = 2;
}

BULKHEAD_FAULT void call_data(const Strike&) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a data address is no function pointer otherwise.
  reinterpret_cast<void (*)()>(opaque(reinterpret_cast<std::uintptr_t>(&plain_data)))();
}

const FaultRegistry::Registration noncanonical{{
    .name = "segv-noncanonical",
    .family = "crash",
    .help = "stores to an address that no page can have",
    .ends_as = "SIGSEGV",
    .strike = store_noncanonical,
}};

const FaultRegistry::Registration readonly{{
    .name = "segv-readonly",
    .family = "crash",
    .help = "stores to constant data",
    .ends_as = "SIGSEGV",
    .strike = store_readonly,
}};

const FaultRegistry::Registration exec{{
    .name = "segv-exec",
    .family = "crash",
    .help = "calls data as if it were code",
    .ends_as = "SIGSEGV",
    .strike = call_data,
}};

}  // namespace
}  // namespace bulkhead::segv_variants_fault

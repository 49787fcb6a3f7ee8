// A mapped file that somebody shortens: the mapping stays, the page behind it is gone. The file is
// the fault's own, in memory and without a name.

#include <sys/mman.h>
#include <unistd.h>

#include "ipc/region.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::bus_truncated_fault {
namespace {

BULKHEAD_FAULT void strike(const Strike&) {
  const UniqueFd file(memfd_create("bulkhead-truncated", MFD_CLOEXEC));
  if (!file.open() || ftruncate(file.get(), static_cast<off_t>(page_bytes())) != 0) return;
  void* mapped = mmap(nullptr, page_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED || ftruncate(file.get(), 0) != 0) return;
  *static_cast<volatile int*>(opaque(mapped)) = 1;
}

const FaultRegistry::Registration registered{{
    .name = "bus-truncated",
    .family = "crash",
    .help = "touches a mapped file behind its new end",
    .ends_as = "SIGBUS",
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::bus_truncated_fault

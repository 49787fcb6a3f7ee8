// Descriptors are small numbers, and a number that is off by a little is somebody else's. Threads
// have one table of them: what one closes is closed for all, and what it opens next may get the
// number that a sibling still writes to. In a process of its own the same number hits one's own.

#include <sys/mman.h>
#include <unistd.h>

#include "ipc/unique_fd.hpp"
#include "runner/faults/canaries.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"
#include "runner/faults/reach.hpp"

namespace bulkhead::sibling_file_fault {
namespace {

/// The number of the sibling's file, or of one's own; negative where neither is within reach.
BULKHEAD_FAULT int number_within_reach(const Strike& strike) {
  const Canaries* hit = within_reach(strike);
  return hit != nullptr && hit->has_file ? hit->file.get() : -1;
}

void close_file(const Strike& strike) {
  const int number = number_within_reach(strike);
  if (number >= 0) close(number);
}

/// As if it had closed the number and opened a file of its own.
void reuse_number(const Strike& strike) {
  const int number = number_within_reach(strike);
  const UniqueFd own(memfd_create("bulkhead-other-file", MFD_CLOEXEC));
  if (number >= 0 && own.open()) dup2(own.get(), number);
}

const FaultRegistry::Registration closed{{
    .name = "close-sibling",
    .family = "silent corruption",
    .help = "closes the number of a sibling's file",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .aims_at = AimsAt::file,
    .strike = close_file,
}};

const FaultRegistry::Registration reused{{
    .name = "descriptor-reuse",
    .family = "silent corruption",
    .help = "closes the number of a sibling's file and gets it for a file of its own",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .aims_at = AimsAt::file,
    .strike = reuse_number,
}};

}  // namespace
}  // namespace bulkhead::sibling_file_fault

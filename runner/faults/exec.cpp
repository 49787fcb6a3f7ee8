// One worker turns its process into another program. Its siblings vanish without a signal, and the
// status is the other program's.

#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "runner/faults/fault.hpp"

namespace bulkhead::exec_fault {
namespace {

constexpr const char* programs[] = {"/bin/true", "/usr/bin/true"};

/// A program that does nothing and ends with 0; null where there is none.
const char* find_program() noexcept {
  const auto* found = std::find_if(std::begin(programs), std::end(programs),
                                   [](const char* path) { return access(path, X_OK) == 0; });
  return found == std::end(programs) ? nullptr : *found;
}

void strike(const Strike&) {
  if (const char* program = find_program()) execl(program, program, nullptr);
}

std::string unavailable() {
  return find_program() == nullptr ? "there is neither /bin/true nor /usr/bin/true" : "";
}

const FaultRegistry::Registration registered{{
    .name = "exec",
    .family = "sudden end",
    .help = "replaces its process by another program, /bin/true",
    .ends_as = "exit 0",
    .strike = strike,
    .unavailable = unavailable,
}};

}  // namespace
}  // namespace bulkhead::exec_fault

// One way for a worker to go wrong. One file each in this folder, self-registering. A fault says
// how it strikes; when and at whom is the plan's business.
#pragma once

#include <string_view>

#include <sys/types.h>

#include "ipc/registry.hpp"

namespace bulkhead {

/// Who carries the fault out at a moment (`ms=`): the worker itself at its next operation, or the
/// supervisor from outside, at once. At an operation or inside a section it is always the worker.
enum class Striker { worker, outside };

/// Whether the fault means anything without a critical section to be half done.
enum class NeedsSection { no, yes };

/// The victim, as the kernel names it.
struct Target {
  pid_t process = 0;
  pid_t thread = 0;
};

struct FaultEntry {
  std::string_view name;
  std::string_view family;   ///< crash, sudden end, corruption, ...
  std::string_view help;     ///< One line: what it does, no full stop.
  std::string_view ends_as;  ///< What the supervisor should see: "SIGSEGV", "exit 3", "nothing".
  Striker striker = Striker::worker;
  NeedsSection needs_section = NeedsSection::no;
  /// Must be safe in a process that is about to die, must not be undefined behaviour that an
  /// optimiser may delete, and must touch nothing outside the trial.
  void (*strike)(Target target) = nullptr;
};

using FaultRegistry = Registry<FaultEntry>;

}  // namespace bulkhead

// What the kernel keeps once for a whole process, and so for every thread in it: what one worker
// changes there, its siblings have changed.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace bulkhead {

/// A value; what could not be read is empty.
struct ProcessState {
  pid_t process = 0;
  struct Attribute {
    std::string name;  ///< "working directory", "umask", ...
    std::string value;
  };
  std::vector<Attribute> attributes;  ///< Always the same names in the same order.
};

/// As seen from one thread of the process.
[[nodiscard]] ProcessState read_process_state(pid_t process, pid_t thread);

/// The names of what differs, separated by commas; empty when nothing does, one is unknown, or it
/// is another process.
[[nodiscard]] std::string changed_attributes(const ProcessState& before, const ProcessState& now);

}  // namespace bulkhead

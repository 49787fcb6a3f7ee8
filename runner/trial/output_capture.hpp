// What the compartments write to stdout and stderr: kept, up to a bound, in a memory file that
// cannot grow, so that a worker that floods it is refused and nobody blocks.
#pragma once

#include <cstddef>
#include <string>

#include "ipc/unique_fd.hpp"

namespace bulkhead {

class OutputCapture {
 public:
  static constexpr std::size_t most_bytes = std::size_t{16} * 1024;

  /// From now on, this process and its children write there, and read nothing from stdin. Throws
  /// std::system_error.
  OutputCapture();

  /// What was written so far.
  [[nodiscard]] std::string text() const;

 private:
  UniqueFd file_;
};

}  // namespace bulkhead

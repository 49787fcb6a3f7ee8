// What a worker relies on and a line of somebody else's code can change: the settings of its
// process, and of its thread, that only the process itself can read. The rest is read from outside
// (runner/measure/process_state.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead {

class OwnSettings {
 public:
  /// Reads them all. On the worker's own thread.
  OwnSettings();

  /// Reads them again: a bit for each that is another now. On the same thread.
  [[nodiscard]] std::uint32_t changed() const;

  /// "variable TZ, user": the bits by name; empty for none.
  [[nodiscard]] static std::string names(std::uint32_t changed);

 private:
  std::vector<std::uint64_t> before_;
};

}  // namespace bulkhead

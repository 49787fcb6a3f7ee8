// Memory that is private to a compartment: mapped before the fork, so that it lies at one address
// everywhere, but copied on write. Workers of one compartment share it; workers of different
// compartments cannot reach each other's, whatever address they write to. A stray write therefore
// shows the walls by itself.
//
// words[worker][words_per_worker], each filled with a canary that names its worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/region.hpp"

namespace bulkhead {

class PrivateBlock {
 public:
  /// Supervisor only, before the fork. Throws std::system_error.
  explicit PrivateBlock(std::uint32_t worker_count);

  /// The words of one worker: one page.
  [[nodiscard]] std::span<std::uint64_t> words(std::uint32_t worker) const noexcept;

  /// Whether the worker's words, as this process sees them, still hold their canaries.
  [[nodiscard]] bool intact(std::uint32_t worker) const noexcept;

 private:
  [[nodiscard]] static std::uint64_t canary(std::uint32_t worker) noexcept;

  Region region_;
};

}  // namespace bulkhead

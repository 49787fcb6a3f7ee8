// For channels that keep their messages in the kernel or in a library: how many went in and came
// out, as far as either end lived to say it.
#pragma once

#include <atomic>
#include <cstdint>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"

namespace bulkhead {

class MessageCounts {
 public:
  explicit MessageCounts(Arena& arena) : lines_(arena.construct_array<Line>(2)) {}
  [[nodiscard]] static std::size_t arena_bytes() noexcept { return 3 * sizeof(Line); }

  [[nodiscard]] std::uint64_t sent() const noexcept {
    return lines_[0].count.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t received() const noexcept {
    return lines_[1].count.load(std::memory_order_relaxed);
  }
  /// Sender only.
  void note_sent(std::uint64_t number) noexcept {
    lines_[0].count.store(number, std::memory_order_relaxed);
  }
  /// Receiver only. Answers whether the message is new.
  [[nodiscard]] bool note_received(std::uint64_t number) noexcept {
    if (number <= received()) return false;
    lines_[1].count.store(number, std::memory_order_relaxed);
    return true;
  }

 private:
  struct alignas(cache_line_bytes) Line {
    std::atomic<std::uint64_t> count{0};
  };
  Line* lines_;
};

}  // namespace bulkhead

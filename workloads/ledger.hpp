// Which units are in the shared state: applied[worker] = units of that worker that took effect.
// A workload counts a unit in the same critical section as its effect, so that a crash leaves both
// or neither (after repair), and skips a unit that is already in: that makes redoing safe.
#pragma once

#include <cstdint>
#include <span>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {

class Ledger {
 public:
  Ledger() = default;
  Ledger(Arena& arena, std::uint32_t worker_count)
      : lines_(arena.construct_array<Line>(worker_count), worker_count) {}

  [[nodiscard]] PlainWord<std::uint64_t>& applied(std::uint32_t worker) const noexcept {
    return lines_[worker].applied;
  }

  /// Adds to the verdict what is missing or too much, against what was acknowledged. A unit that
  /// was in work at a crash may be in the state or not: neither is an error.
  void compare(const Acknowledged& acknowledged, Verdict& verdict) const noexcept;

  [[nodiscard]] static std::size_t arena_bytes(std::uint32_t worker_count) noexcept {
    return (worker_count + 1) * sizeof(Line);
  }

 private:
  struct alignas(cache_line_bytes) Line {
    PlainWord<std::uint64_t> applied;
  };
  std::span<Line> lines_;
};

}  // namespace bulkhead

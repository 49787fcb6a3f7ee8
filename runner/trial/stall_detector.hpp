// Finds workers that neither work nor end: no progress for the stall time-out, in their present
// phase, while the one who looks was awake. A worker that waits for a lock is never blamed for it;
// whoever holds the lock may be. A worker that is ready to run but gets no CPU is starved, and has
// more patience. Pure; time is an argument.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "runner/measure/task_counters.hpp"

namespace bulkhead {

/// What is seen of one worker at one moment.
struct Beat {
  std::uint64_t progress = 0;  ///< Changes whenever it gets on: units, state, generation.
  bool must_move = false;      ///< It has work and is not allowed to rest.
  bool waits = false;          ///< For a lock.
  bool holds_lock = false;
};

class StallDetector {
 public:
  /// A time-out of 0 finds nothing.
  StallDetector(std::uint32_t worker_count, std::int64_t timeout_ns)
      : timeout_ns_(timeout_ns), seen_(worker_count) {}

  /// Whether it has a time-out at all.
  [[nodiscard]] bool looks() const noexcept { return timeout_ns_ != 0; }

  /// beats[worker]. Returns the workers to blame, each once until it moves again. Asks `use_of` of
  /// suspects only. Who is ready is blamed when it has used its share of a CPU all the same, or
  /// after four times the time-out.
  [[nodiscard]] std::vector<std::uint32_t> look(
      std::int64_t now_ns, std::span<const Beat> beats,
      const std::function<CpuUse(std::uint32_t worker)>& use_of);

 private:
  struct Seen {
    Beat beat;
    std::int64_t since_ns = 0;  // Unchanged since then.
    bool blamed = false;
    std::optional<std::int64_t> cpu_ns = {};  // When it became a suspect.
  };

  [[nodiscard]] bool is_starved(const Seen& seen, const CpuUse& use,
                                std::int64_t quiet_ns) const noexcept;

  std::int64_t timeout_ns_;
  std::int64_t last_look_ns_ = 0;
  std::vector<Seen> seen_;
};

}  // namespace bulkhead

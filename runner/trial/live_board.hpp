// What onlookers may see of a trial while it runs: one lane a worker, in shared memory that the
// runner maps before it starts the trial. The supervisor posts, at least every 20 ms; the runner
// looks. Reading it disturbs nobody: workers do not know of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "ipc/region.hpp"

namespace bulkhead {

class Compartments;
class Scoreboard;

/// What a worker is doing, as far as one can tell from outside.
enum class LaneState : std::uint32_t {
  starting,  ///< Not yet at its first operation.
  working,   ///< Past the gate; whether it gets on is a matter of its count.
  in_line,   ///< Waits for a lock.
  gone,      ///< Its compartment is dead.
  done,      ///< It came to its end.
};

struct LaneView {
  std::uint64_t finished = 0;  ///< Units, over all generations.
  LaneState state = LaneState::starting;
  std::uint32_t generation = 0;  ///< Rises with each replacement.
};

class LiveBoard {
 public:
  /// Throws std::system_error.
  explicit LiveBoard(std::uint32_t worker_count);

  /// Supervisor only.
  void post(const Scoreboard& scoreboard, const Compartments& compartments) noexcept;

  /// Of each worker. What was posted last; nothing in it is trusted to be more than a number.
  [[nodiscard]] std::vector<LaneView> look() const;

 private:
  struct Lane {
    std::atomic<std::uint64_t> finished{0};
    std::atomic<LaneState> state{LaneState::starting};
    std::atomic<std::uint32_t> generation{0};
  };

  Region region_;
  std::span<Lane> lanes_;
};

}  // namespace bulkhead

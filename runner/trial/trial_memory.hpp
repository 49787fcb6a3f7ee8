// Everything the processes of one trial share, and the workload's object, made before the first
// fork.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "ipc/private_block.hpp"
#include "ipc/scoreboard.hpp"
#include "runner/plan/plan.hpp"

namespace bulkhead {

// Only named here: their headers bring all of Boost.Interprocess.
class AnyLock;
class Arena;

/// Proves that the arena is one object for all workers: each adds itself to `visits` before the
/// gate and reads after it the nonce, which the supervisor writes when all are forked.
struct Witness {
  std::atomic<std::uint32_t> visits{0};
  std::atomic<std::uint32_t> nonce{0};
};

class TrialMemory {
 public:
  /// Maps everything and runs the workload's prepare. Supervisor only. Throws what they throw.
  TrialMemory(const Plan& plan, std::uint64_t seed);
  ~TrialMemory();
  TrialMemory(const TrialMemory&) = delete;
  TrialMemory& operator=(const TrialMemory&) = delete;

  [[nodiscard]] Scoreboard& scoreboard() noexcept { return scoreboard_; }
  [[nodiscard]] const PrivateBlock& private_block() const noexcept { return private_block_; }
  [[nodiscard]] Workload& workload() noexcept { return *workload_; }
  [[nodiscard]] Witness& witness() noexcept { return *witness_; }

 private:
  Scoreboard scoreboard_;
  PrivateBlock private_block_;
  std::unique_ptr<Workload> workload_;
  std::unique_ptr<Arena> arena_;
  Witness* witness_;
  std::unique_ptr<AnyLock> lock_;
};

}  // namespace bulkhead

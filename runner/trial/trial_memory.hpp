// Everything the processes of one trial share, and the workload's object, made before the first
// fork.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "ipc/private_block.hpp"
#include "ipc/region.hpp"
#include "ipc/scoreboard.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/plan/plan.hpp"
#include "runner/trial/crash_handler.hpp"
#include "runner/trial/stages.hpp"

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

/// Where spare processes wait: the supervisor writes the number of a compartment plus one into the
/// word of a spare and wakes it, once.
struct SpareDesk {
  static constexpr std::uint32_t most = 64;
  std::array<std::atomic<std::uint32_t>, most> assigned{};
};

class TrialMemory {
 public:
  /// Maps everything and runs the workload's prepare. Supervisor only. Throws what they throw. The
  /// plan must outlive this object. `faults`: of this trial.
  TrialMemory(const Plan& plan, std::uint64_t seed, std::span<const FaultPlan> faults = {});
  ~TrialMemory();
  TrialMemory(const TrialMemory&) = delete;
  TrialMemory& operator=(const TrialMemory&) = delete;

  [[nodiscard]] Scoreboard& scoreboard() noexcept { return scoreboard_; }
  [[nodiscard]] const PrivateBlock& private_block() const noexcept { return private_block_; }
  [[nodiscard]] Workload& workload() noexcept { return *workload_; }
  [[nodiscard]] Witness& witness() noexcept { return *witness_; }
  /// All of the shared state, for faults.
  [[nodiscard]] std::span<std::byte> arena_bytes() const noexcept;
  /// The same for faults that go through the lock or the allocator.
  [[nodiscard]] const AnyLock& lock() const noexcept { return *lock_; }
  [[nodiscard]] Arena& arena() noexcept { return *arena_; }
  /// Apart from everything that a fault aims at.
  [[nodiscard]] const CrashDesk& crash_desk() const noexcept { return crash_desk_; }
  /// The root folder of the trial's small file system; -1 where no fault of the plan aims at it.
  [[nodiscard]] int small_disk() const noexcept { return small_disk_.get(); }
  [[nodiscard]] SpareDesk& spare_desk() noexcept { return *spare_desk_; }
  [[nodiscard]] const Stages& stages() const noexcept { return stages_; }

  /// Whether the worker, whose thread has this number, holds the lock: a hint.
  [[nodiscard]] bool is_lock_held_by(std::uint32_t worker, std::uint32_t tid) const;
  /// The same, asked by that thread itself in a signal's handler; see lock.hpp.
  [[nodiscard]] bool may_hold_lock(std::uint32_t worker, std::uint32_t tid) const;

  /// Makes the shared state anew, the lock included, and every worker's units begin again.
  /// Supervisor only, while no compartment lives. Throws what the constructor throws.
  void reset();

  /// Puts right what a dead worker left: if it died with the lock held, runs the workload's
  /// recovery and releases the lock, in a process of its own and under a deadline. Answers whether
  /// there was something to do and it was done. Supervisor only, after the worker's death.
  [[nodiscard]] bool recover_from(std::uint32_t worker);

 private:
  void lay_out();

  const Plan& plan_;
  std::uint64_t seed_;
  Scoreboard scoreboard_;
  PrivateBlock private_block_;
  std::unique_ptr<Workload> workload_;
  Region spare_region_;
  SpareDesk* spare_desk_;
  CrashDesk crash_desk_;
  UniqueFd small_disk_;
  Stages stages_;
  std::unique_ptr<Arena> arena_;
  Witness* witness_ = nullptr;
  std::unique_ptr<AnyLock> lock_;
};

}  // namespace bulkhead

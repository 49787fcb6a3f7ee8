// The places at which a worker asks whether something shall go wrong now. The worker names the
// place; what strikes, and whether, is said by whoever implements this. Never asked on the measured
// path: an armed fault costs nothing until its unit comes.
#pragma once

#include <cstdint>

namespace bulkhead {

/// What is true at a step of a critical section: the update is half done there, or not especially.
enum class StepKind { other, half_done };

/// Called on the worker's own thread. A fault that strikes may return, end the process, or throw
/// OperationAbandoned.
class StrikePoints {
 public:
  virtual ~StrikePoints() = default;

  /// The next unit that before_unit() has to see; no_limit for none.
  [[nodiscard]] std::uint64_t next_unit() const noexcept { return next_unit_; }

  /// In front of each unit that next_unit() named, and whenever the supervisor gave a sign: `signs`
  /// has one bit for each fault whose moment has come. Answers whether something waits for a step
  /// inside this unit.
  [[nodiscard]] virtual bool before_unit(std::uint64_t unit, std::uint32_t signs) = 0;

  /// Inside the critical section of such a unit, at its step-th step, from 1.
  virtual void at_step(std::uint32_t step, StepKind kind) = 0;

  /// While this worker repairs what a dead holder left, at the step-th step of the repair, from 1.
  virtual void at_repair_step(std::uint32_t step) = 0;

 protected:
  /// A member and no virtual function: the worker asks for it at every pause.
  std::uint64_t next_unit_ = ~std::uint64_t{0};
};

/// Nothing ever goes wrong here.
class NoStrikes final : public StrikePoints {
 public:
  [[nodiscard]] bool before_unit(std::uint64_t, std::uint32_t) override { return false; }
  void at_step(std::uint32_t, StepKind) override {}
  void at_repair_step(std::uint32_t) override {}
};

}  // namespace bulkhead

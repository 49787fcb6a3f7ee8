// The stages of a trial: one for each of its faults that takes two workers, none in a trial without
// such a fault. See runner/faults/stage.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ipc/region.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/faults/stage.hpp"
#include "runner/plan/plan.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

class Stages {
 public:
  /// Maps and sets up what these faults need. Supervisor only. Throws std::system_error.
  explicit Stages(std::span<const FaultPlan> faults);

  /// The stage of the trial's fault with this index; null where it needs none.
  [[nodiscard]] Stage* of(std::size_t fault) const noexcept;
  [[nodiscard]] bool any() const noexcept { return !regions_.empty(); }

  /// What came of each duet whose workers met, after the last worker is gone.
  [[nodiscard]] std::vector<HazardRecord> results(std::span<const FaultPlan> faults) const;

 private:
  void set_up(Stage& stage);

  std::vector<Region> regions_;
  std::vector<Stage*> stages_;  // By fault; empty where no fault needs one.
  std::vector<UniqueFd> pipe_ends_;
};

}  // namespace bulkhead

// Parked processes: forked before the run, so that they have paid for it already, they wait in
// front of a word of shared memory until one of them is told to be a compartment whose process
// died. Supervisor only.
#pragma once

#include <cstdint>
#include <vector>

#include "runner/trial/child.hpp"
#include "runner/trial/compartment.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

class Spares {
 public:
  /// Forks `count` of them. Throws std::system_error; those already started die with this object.
  void start(const CompartmentSetup& setup, std::uint32_t count);

  /// A process that is the compartment from now on; one that does not exist when there is none
  /// left.
  [[nodiscard]] Child take(std::uint32_t compartment);

  /// Ends those that nobody needed. Call before anything reaps all children there are.
  void dismiss() noexcept { parked_.clear(); }

  [[nodiscard]] std::uint32_t taken() const noexcept { return taken_; }
  void add_memory(MemoryRecord& memory) const;

 private:
  const CompartmentSetup* setup_ = nullptr;
  std::vector<Child> parked_;  // [number at the spare desk]; those that were taken are empty.
  std::uint32_t taken_ = 0;
};

}  // namespace bulkhead

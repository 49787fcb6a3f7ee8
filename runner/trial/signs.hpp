// The signs that tell faults to strike, each at its moment. A worker strikes itself at its sign, in
// its loop or, where it matters what it is just doing, in the handler of a signal; only what comes
// from outside is struck by the supervisor. Supervisor only.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runner/trial/compartments.hpp"

namespace bulkhead {

class Signs {
 public:
  Signs(const CompartmentSetup& setup, Compartments& compartments);

  /// Their moments count from `start_ns`.
  void begin(std::int64_t start_ns);

  /// Gives those that are due and have found whom they look for.
  void give_due();

  /// Until give_due should be called again; `at_most_ns` where no sign is due before.
  [[nodiscard]] std::int64_t next_look_ns(std::int64_t at_most_ns) const noexcept;

 private:
  struct Pending {
    const FaultPlan* fault;
    std::optional<std::uint32_t>
        asked;  // Who has the signal, and may not be in that state any more.
  };

  [[nodiscard]] bool give(Pending& pending);
  [[nodiscard]] bool give_by_signal(Pending& pending);
  [[nodiscard]] bool is_taken(const Pending& pending);
  [[nodiscard]] std::optional<std::uint32_t> victim_of(const FaultPlan& fault) const;
  [[nodiscard]] bool is_waiting(std::uint32_t worker) const;
  [[nodiscard]] bool holds(std::uint32_t worker) const;
  void strike_from_outside(const FaultPlan& fault, std::uint32_t victim, pid_t process);
  void tell(std::uint32_t worker, std::uint32_t bit);
  void tell_partner(const FaultPlan& fault);
  [[nodiscard]] WorkerSlot& slot(std::uint32_t worker) const;

  const CompartmentSetup& setup_;
  Compartments& compartments_;
  std::int64_t start_ns_ = 0;
  std::vector<Pending> pending_;
};

}  // namespace bulkhead

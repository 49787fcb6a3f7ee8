// For workloads whose units leave no state behind but can be seen to have gone right or wrong: how
// many units each worker has looked at, and how many of them were wrong.
#pragma once

#include <cstdint>
#include <string>

#include "workloads/ledger.hpp"

namespace bulkhead {

class CheckedUnits {
 public:
  CheckedUnits() = default;
  CheckedUnits(Arena& arena, std::uint32_t worker_count)
      : ledger_(arena, worker_count),
        wrong_(arena.construct_array<Line>(worker_count), worker_count) {}

  /// Says of the worker's unit `number` that it is done, and how it went. A unit that a crash lets
  /// be done again is counted once.
  void note(std::uint32_t worker, std::uint64_t number, bool right) const noexcept {
    if (!right) [[unlikely]]
      wrong_[worker].units.set(wrong_[worker].units.get() + 1);
    ledger_.applied(worker).set(number + 1);
  }

  /// Torn when a unit went wrong, lossy when one is missing. `what_went_wrong` completes "3 of 7
  /// units ...".
  [[nodiscard]] Verdict judge(const Acknowledged& acknowledged,
                              const std::string& what_went_wrong) const {
    std::uint64_t wrong = 0, looked_at = 0;
    for (std::uint32_t worker = 0; worker < wrong_.size(); ++worker) {
      wrong += wrong_[worker].units.get();
      looked_at += ledger_.applied(worker).get();
    }
    Verdict verdict;
    if (wrong != 0) verdict.health = StateHealth::torn;
    ledger_.compare(acknowledged, verdict);
    verdict.finding =
        std::to_string(wrong) + " of " + std::to_string(looked_at) + " units " + what_went_wrong;
    return verdict;
  }

  [[nodiscard]] static std::size_t arena_bytes(std::uint32_t worker_count) noexcept {
    return Ledger::arena_bytes(worker_count) + (worker_count + 1) * sizeof(Line);
  }

 private:
  struct alignas(cache_line_bytes) Line {
    PlainWord<std::uint64_t> units;
  };
  Ledger ledger_;
  std::span<Line> wrong_;
};

}  // namespace bulkhead

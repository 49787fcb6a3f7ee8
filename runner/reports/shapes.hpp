// Which ways of sharing workers out are worth a thought: those that no other one beats without
// being beaten itself (the Pareto front). Never one score: what throughput is worth against memory
// or a smaller blast radius is the user's to say. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "runner/experiment.hpp"

namespace bulkhead {

/// How one mode compares with another in one respect, as surely as the trials tell.
enum class Standing { better, worse, no_sure_difference };

/// Throughput, memory, blast radius, recovery.
inline constexpr std::size_t shape_respects = 4;

/// For each mode of the plan, which other modes dominate it: at least as good in every respect as
/// far as anybody can tell, and surely better in one. Empty: it is on the front.
struct ShapeFront {
  std::vector<std::vector<std::uint32_t>> dominated_by;  ///< [mode], indices into Plan::modes.

  [[nodiscard]] std::vector<std::uint32_t> front() const;
};

/// Throughput is compared paired by round, memory (PSS) and time to recover by the unpaired ratio,
/// each with the plan's confidence; within Plan::same_within, or with too few trials, there is no
/// sure difference. The blast radius is a count and compared as such. A mode that did not recover
/// where another did is worse.
[[nodiscard]] ShapeFront find_front(const ExperimentResult& result);

/// The rule alone: a dominates b.
[[nodiscard]] bool dominates(const Standing (&standings)[shape_respects]) noexcept;

}  // namespace bulkhead

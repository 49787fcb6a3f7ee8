// How much more of something a mode does or takes than the first one, paired by round. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runner/paired_rounds.hpp"
#include "runner/statistics/ratio.hpp"
#include "runner/statistics/verdict.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

struct Comparison {
  RatioEstimate estimate;
  Judgement judgement;
};

/// `number` of `mode` over that of the first mode, without faults; nothing when there is no round
/// in which both have it. `confidence`: of this comparison alone. `same_within`: see Plan.
[[nodiscard]] std::optional<Comparison> compare_with_first(const std::vector<TrialRecord>& trials,
                                                           TrialNumber number, std::uint32_t mode,
                                                           double confidence, double same_within);

}  // namespace bulkhead

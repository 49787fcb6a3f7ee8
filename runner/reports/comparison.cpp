#include "runner/reports/comparison.hpp"

namespace bulkhead {

std::optional<Comparison> compare_with_first(const std::vector<TrialRecord>& trials,
                                             TrialNumber number, std::uint32_t mode,
                                             double confidence, double same_within) {
  const PairedRounds rounds = paired_rounds(trials, number, 0, mode);
  if (rounds.baseline.empty()) return std::nullopt;
  const RatioEstimate estimate = estimate_ratio(rounds.baseline, rounds.candidate, confidence);
  return Comparison{estimate, judge(estimate, same_within)};
}

}  // namespace bulkhead

// A rule on stored comparisons: "throughput < 0.95" fails when the new throughput is certainly less
// than 0.95 of the old one. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/options/checked.hpp"
#include "runner/results/stored_comparison.hpp"

namespace bulkhead {

struct FailRule {
  std::string text;         ///< As the user wrote it.
  std::size_t measure = 0;  ///< Index into stored_measures().
  enum class Side { below, above } side = Side::below;
  double limit = 1;
};

/// "MEASURE < RATIO" or "MEASURE > RATIO"; blanks do not matter.
[[nodiscard]] Checked<FailRule> parse_fail_rule(std::string_view text);

struct RuleFindings {
  std::vector<std::string> failed;  ///< One line for each row that the rule fails on.
  std::size_t cannot_tell = 0;  ///< Rows beyond the limit whose interval is not, or that have none.
  std::size_t judged = 0;       ///< Rows that have the measure.
};

/// A row fails when the whole interval of its ratio lies beyond the limit.
[[nodiscard]] RuleFindings apply(const FailRule& rule, const StoredComparison& comparison);

}  // namespace bulkhead

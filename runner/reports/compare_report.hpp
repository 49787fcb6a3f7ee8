// What is shown of a comparison of stored results. Pure.
#pragma once

#include <string>
#include <vector>

#include "runner/reports/report.hpp"
#include "runner/results/fail_rule.hpp"
#include "runner/results/stored_comparison.hpp"

namespace bulkhead {

struct ComparedPlaces {
  std::string before, after;
};

/// Which measures become columns. telling: throughput, those of the rules, and those in which some
/// row is surely another; the others are in the sentences below. all: those that any row has.
enum class CompareColumns { telling, all };

/// One row for each mode of each experiment; `modes` of the report are the measures.
[[nodiscard]] Report make_compare_report(const StoredComparison& comparison,
                                         const ComparedPlaces& places, double confidence,
                                         const std::vector<FailRule>& rules,
                                         CompareColumns columns);

}  // namespace bulkhead

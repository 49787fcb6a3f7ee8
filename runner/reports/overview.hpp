// Many experiments on one page: a row for each mode of each, and what they say together. Pure.
#pragma once

#include <string>
#include <vector>

#include "runner/reports/format.hpp"

namespace bulkhead {

/// What is known of a batch beside its experiments.
struct BatchFacts {
  std::string place;  ///< Where the results are; empty: nowhere.
  std::vector<ReportFact> facts;
  std::vector<std::string> warnings;
};

/// BatchPresentation::overview.
[[nodiscard]] Report make_overview(const BatchFacts& batch,
                                   const std::vector<BatchPresentation::Experiment>& experiments);

}  // namespace bulkhead

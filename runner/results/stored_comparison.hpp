// One batch of stored results against another: the same experiments, mode by mode, measure by
// measure. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/results/stored_batch.hpp"
#include "runner/statistics/ratio.hpp"
#include "runner/statistics/verdict.hpp"

namespace bulkhead {

/// Something that each trial has one value of.
struct StoredMeasure {
  std::string_view name;  ///< For rules.
  std::string_view help;
  bool larger_is_better = false;
  bool with_faults = false;  ///< Of the trials with faults, else of those without.
  std::optional<double> (*value)(const TrialRecord& trial) = nullptr;
};

[[nodiscard]] const std::vector<StoredMeasure>& stored_measures();

/// By its name, with or without the unit that a ratio has not: "recovery", "recovery_ms".
[[nodiscard]] const StoredMeasure* find_measure(std::string_view name) noexcept;

/// One mode of one experiment that both have.
struct ComparedRow {
  std::string experiment;
  std::string mode;
  double same_within = 0;  ///< Of the new plan.
  /// New over old, one for each of stored_measures(); empty where one of them has no value.
  std::vector<std::optional<RatioEstimate>> ratios;
};

struct StoredComparison {
  std::vector<ComparedRow> rows;
  /// What makes it doubtful: another machine, another plan, experiments that only one has.
  std::vector<std::string> warnings;
  double confidence_each = 0;  ///< Of each interval, so that all of a measure hold together.
};

/// `confidence`: of all rows together.
[[nodiscard]] StoredComparison compare_stored(const StoredBatch& before, const StoredBatch& after,
                                              double confidence);

}  // namespace bulkhead

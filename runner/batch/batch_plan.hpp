// What a batch will run, said completely: a value, made and checked once from config files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/plan/plan.hpp"

namespace bulkhead {

/// In which order the experiments of a file run. listed: one after the other; random: the same,
/// shuffled by the seed; interleaved: a round of each in turn, so that a drift of the machine hits
/// all alike.
enum class BatchOrder { listed, random, interleaved };

[[nodiscard]] std::string_view to_text(BatchOrder order) noexcept;

/// The experiments of one file.
struct BatchGroup {
  std::string file;
  BatchOrder order = BatchOrder::listed;
  /// So long may all of them take together; each gets an equal share of what is left, and one round
  /// at least.
  std::optional<std::int64_t> budget_ns;
};

struct BatchExperiment {
  std::string name;  ///< Unique: "scaling/bank workers=2".
  Plan plan;
  bool seed_given = false;  ///< Otherwise results that are there already may say another one.
  std::size_t group = 0;    ///< Index into BatchPlan::groups.
};

struct BatchPlan {
  std::vector<BatchGroup> groups;
  std::vector<BatchExperiment> experiments;  ///< In the order of the files.
};

/// Trials of an experiment at most.
[[nodiscard]] std::uint64_t most_trials(const Plan& plan) noexcept;

/// About how long one trial takes, by what is planned alone.
[[nodiscard]] std::int64_t planned_trial_ns(const Plan& plan) noexcept;

}  // namespace bulkhead

// Stored results as a report shows them. For the commands that end in one.
#pragma once

#include <string>
#include <vector>

#include "runner/reports/overview.hpp"
#include "runner/reports/render.hpp"
#include "runner/results/stored_batch.hpp"

namespace bulkhead {

/// Facts and warnings of the batch as a whole: when and where it ran, what is damaged or missing.
[[nodiscard]] BatchFacts describe(const StoredBatch& batch, const std::string& directory);

/// All its experiments that have a trial. They point into the batch.
[[nodiscard]] std::vector<NamedResult> results_of(const StoredBatch& batch);

/// What was damaged and left out, each line by its number as long as they are few.
[[nodiscard]] std::vector<std::string> describe_damage(const StoredBatch& batch);

}  // namespace bulkhead

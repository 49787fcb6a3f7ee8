// An experiment in numbers: what each mode costs and what a fault took down in it. Made from facts
// by a pure function; neither measures nor rounds nor prints. See cost.hpp, comparison.hpp and
// isolation.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runner/experiment.hpp"
#include "runner/reports/comparison.hpp"
#include "runner/reports/cost.hpp"
#include "runner/reports/isolation.hpp"

namespace bulkhead {

struct ModeSummary {
  Mode mode;
  CostSummary cost;
  std::optional<Comparison> comparison;       ///< With the first mode; none for the first itself.
  std::optional<Comparison> cpu_comparison;   ///< The same of the CPU time for each operation.
  std::optional<IsolationSummary> isolation;  ///< None in a plan without faults.
};

struct Summary {
  Plan plan;
  std::vector<ModeSummary>
      modes;                 ///< As in the plan; the first is what the others are compared with.
  std::uint32_t rounds = 0;  ///< Complete ones.
  bool interrupted = false;
};

/// Failed and interrupted trials are counted in each mode's TrialCounts and in no other number.
[[nodiscard]] Summary summarize(const ExperimentResult& result);

}  // namespace bulkhead

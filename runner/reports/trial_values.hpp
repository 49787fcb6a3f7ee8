// Numbers that one trial has, for the summaries and charts of an experiment and for comparisons of
// stored ones. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/histogram.hpp"
#include "runner/reports/trial_list.hpp"

namespace bulkhead {

/// The sampled latencies of the chosen windows of all these trials together.
[[nodiscard]] LatencyHistogram::Counts latency_counts(const TrialList& trials);

/// Nothing where no operation was done.
[[nodiscard]] std::optional<double> cpu_ns_per_operation(const TrialRecord& trial);

/// What only the workload measures, by name: the medians over these trials.
using WorkloadMeasures = std::map<std::string, double, std::less<>>;
[[nodiscard]] WorkloadMeasures workload_measures(const TrialList& trials);
/// Nothing where no trial had it.
[[nodiscard]] std::optional<double> measure_in(const WorkloadMeasures& measures,
                                               std::string_view name);

/// From creation to first operation, of each worker that has both.
[[nodiscard]] std::vector<double> worker_starts_ns(const TrialRecord& trial);

/// From the strike that led to a death to `what` of that death; of all deaths that have both.
[[nodiscard]] std::vector<double> delays_after_strikes_ns(const TrialRecord& trial,
                                                          std::int64_t DeathRecord::*what);

}  // namespace bulkhead

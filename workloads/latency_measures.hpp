// Percentiles of a workload's own histogram as measures of its verdict.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "ipc/histogram.hpp"
#include "ipc/percentile.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {

/// The value that this share of the samples does not exceed; nothing when there is no sample.
[[nodiscard]] inline std::optional<double> percentile_of(const LatencyHistogram::Counts& counts,
                                                         double share) {
  return percentile(counts, share, LatencyHistogram::upper_ns);
}

/// (name of a measure, share of the samples at or below it), in nanoseconds. Adds nothing when
/// there is no sample.
inline void add_percentiles(Verdict& verdict, const LatencyHistogram::Counts& counts,
                            std::initializer_list<std::pair<std::string_view, double>> measures) {
  for (const auto& [name, share] : measures) {
    if (const auto value = percentile_of(counts, share)) {
      verdict.measures.emplace_back(name, *value);
    }
  }
}

}  // namespace bulkhead

// The trials that a number is made from, and the few ways of putting their values together that all
// summaries share. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "runner/statistics/interval.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

/// Points into an ExperimentResult that outlives it; in the order in which they ran.
using TrialList = std::vector<const TrialRecord*>;

/// How the trials of one kind ended. Nothing that was begun is missing here.
struct TrialCount {
  std::uint32_t completed = 0;
  std::uint32_t interrupted = 0;
  std::uint32_t failed = 0;

  [[nodiscard]] std::uint32_t total() const noexcept { return completed + interrupted + failed; }
};

[[nodiscard]] inline TrialCount count_trials(const TrialList& trials) {
  TrialCount count;
  for (const TrialRecord* trial : trials) {
    switch (trial->status) {
      case TrialStatus::completed:
        ++count.completed;
        break;
      case TrialStatus::interrupted:
        ++count.interrupted;
        break;
      case TrialStatus::failed:
        ++count.failed;
        break;
    }
  }
  return count;
}

/// Those that measured a whole window: what medians are made from.
[[nodiscard]] inline TrialList completed(const TrialList& trials) {
  TrialList list;
  for (const TrialRecord* trial : trials) {
    const WindowRecord* window = trial->window();
    if (trial->status == TrialStatus::completed && window && window->length_ns() > 0) {
      list.push_back(trial);
    }
  }
  return list;
}

/// The median of value(trial) over the trials that have one.
template <class Value>
[[nodiscard]] std::optional<double> median_over(const TrialList& trials, Value value) {
  std::vector<double> values;
  for (const TrialRecord* trial : trials) {
    if (const std::optional<double> number = value(*trial)) values.push_back(*number);
  }
  if (values.empty()) return std::nullopt;
  return median(values);
}

/// A count that each trial has: its median and its extremes over the trials.
struct CountRange {
  double median = 0;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

template <class Count>
[[nodiscard]] std::optional<CountRange> range_over(const TrialList& trials, Count count) {
  std::vector<double> values;
  for (const TrialRecord* trial : trials) values.push_back(static_cast<double>(count(*trial)));
  if (values.empty()) return std::nullopt;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return CountRange{median(values), static_cast<std::uint64_t>(*least),
                    static_cast<std::uint64_t>(*most)};
}

}  // namespace bulkhead

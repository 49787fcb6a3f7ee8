// A trial as the supervisor runs it, without its windows and its judge: started, let through the
// gate, done, gone. For comparisons of whole programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/plan/plan.hpp"

namespace bulkhead::bench {

/// When what happened, on the monotonic clock.
struct TrialTimes {
  std::int64_t begun_ns = 0;       // Before the first fork.
  std::int64_t gate_ns = 0;        // Before the gate was opened.
  std::int64_t last_first_ns = 0;  // The last worker had done its first operation.
  std::int64_t last_ended_ns = 0;  // The last worker had done its share.
};

/// A plan of so many operations in all, with the workload's parameters at their defaults where
/// those are texts or plain numbers, and no lock.
[[nodiscard]] Plan plan_of(std::string_view workload, std::string_view mode,
                           std::uint32_t worker_count, std::uint64_t operations);

/// Runs it once. Worker i runs on cpus[i % size]; empty: not pinned.
[[nodiscard]] TrialTimes run_whole(const Plan& plan, const std::vector<int>& cpus);

/// The same CPU for all, or the first two that are not of one core where there are such.
[[nodiscard]] std::vector<int> one_cpu();
[[nodiscard]] std::vector<int> two_cpus();

}  // namespace bulkhead::bench

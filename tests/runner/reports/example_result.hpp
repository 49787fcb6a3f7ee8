// Made-up experiments for the tests of reports: no number in them was measured.
#pragma once

#include <string>
#include <vector>

#include "runner/experiment.hpp"

namespace bulkhead::example {

/// A plan of the made-up workload "bank"; worker counts and modes as named.
[[nodiscard]] Plan make_plan(const std::vector<std::string>& modes, std::uint32_t workers);

/// The same with one segv-null at worker 1.
[[nodiscard]] Plan with_fault(Plan plan, RestartPolicy restart);

/// A completed trial without faults; about `operations` in the window, a little more or less by
/// round.
[[nodiscard]] TrialRecord make_trial(const Plan& plan, std::uint32_t round, std::uint32_t mode,
                                     std::uint64_t operations);

/// The same after the fault struck worker 1 and its compartment died of SIGSEGV.
[[nodiscard]] TrialRecord make_crash_trial(const Plan& plan, std::uint32_t round,
                                           std::uint32_t mode, std::uint64_t operations);

/// `rounds` rounds of the plan, with trials with faults where it has some. operations[mode] per
/// window.
[[nodiscard]] ExperimentResult make_result(const Plan& plan, std::uint32_t rounds,
                                           const std::vector<std::uint64_t>& operations);

struct Example {
  std::string name;  ///< Of its golden files.
  ExperimentResult result;
};

/// One of each kind that a report has to cope with.
[[nodiscard]] std::vector<Example> all_examples();

}  // namespace bulkhead::example

// Throughput and other numbers out of trial records, round by round: what every comparison starts
// from. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runner/trial/record.hpp"

namespace bulkhead {

/// Operations per second of the trial's chosen window; nothing when the trial did not complete or
/// no operation was finished.
[[nodiscard]] std::optional<double> throughput(const TrialRecord& trial);

/// What is compared: a number of a trial.
using TrialNumber = std::optional<double> (*)(const TrialRecord&);

/// The throughputs of a mode's completed trials without faults, in the order of their rounds.
[[nodiscard]] std::vector<double> throughputs(const std::vector<TrialRecord>& trials,
                                              std::uint32_t mode);

/// baseline[i] and candidate[i] come from the same round, in which both completed without faults
/// and have a number above 0.
struct PairedRounds {
  std::vector<double> baseline;
  std::vector<double> candidate;
};

[[nodiscard]] PairedRounds paired_rounds(const std::vector<TrialRecord>& trials, TrialNumber number,
                                         std::uint32_t baseline_mode, std::uint32_t candidate_mode);

/// Whether the median's interval is at most `precision` wide on either side, relative to the
/// median.
[[nodiscard]] bool throughput_precise_enough(std::span<const double> values, double confidence,
                                             double precision);

}  // namespace bulkhead

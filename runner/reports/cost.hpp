// What one mode costs: its numbers from the trials without faults. Times are nanoseconds, shares
// lie between 0 and 1, rates are per second. A number that no trial could give is empty. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runner/reports/state_count.hpp"
#include "runner/reports/trial_list.hpp"
#include "runner/reports/trial_values.hpp"
#include "runner/statistics/interval.hpp"

namespace bulkhead {

/// Over all rounds: the median, and its interval when there were enough of them.
struct Throughput {
  double median_per_s = 0;
  std::optional<Interval> interval;
};

/// Of the sampled operations of all rounds together. Upper bucket values.
struct Latency {
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
  std::uint64_t max_ns = 0;
  std::uint64_t samples = 0;
};

/// Medians over the rounds; all compartments together.
struct Memory {
  double pss_bytes = 0;
  double uss_bytes = 0;
  double rss_bytes = 0;
  double page_table_bytes = 0;
};

/// How far the windows can be trusted.
struct WindowTrust {
  std::uint32_t repeated = 0;        ///< Windows measured again since they were disturbed.
  std::uint32_t left_disturbed = 0;  ///< Rounds whose best window was still over the limit.
  std::uint32_t not_warm = 0;        ///< Rounds whose rate was not steady when the window opened.
  double others_share = 0;  ///< Largest share of the CPUs that went to others, in any round.
};

struct CostSummary {
  TrialCount trials;
  std::optional<Throughput> throughput;
  std::optional<Latency> latency;
  std::optional<double> cpu_ns_per_operation;
  std::optional<double> run_delay_share;  ///< Ready but without a CPU, of all workers' time.
  std::optional<double> switches_per_s_voluntary;
  std::optional<double> switches_per_s_involuntary;
  std::optional<double> minor_faults_per_s;
  std::optional<double> major_faults_per_s;
  std::optional<double> migrations_per_s;
  std::optional<double> kernel_share;  ///< Of the CPU time, all rounds together.
  std::optional<double> instructions_per_operation;
  std::optional<double> cycles_per_operation;
  std::optional<double> cache_misses_per_operation;
  std::optional<double> contended_per_operation;
  std::optional<Memory> memory;         ///< At the end of the window.
  std::optional<Memory> idle_memory;    ///< In front of the gate.
  std::optional<double> start_ns;       ///< Of a worker: from its creation to its first operation.
  std::optional<double> start_skew_ns;  ///< Last first operation after the earliest.
  std::uint32_t deaths = 0;
  std::uint32_t rounds_not_one_object = 0;
  StateCount state;
  double missing_share = 0;  ///< Acknowledged units that were not in the state, of all rounds.
  WindowTrust trust;
  WorkloadMeasures measures;  ///< The workload's own: medians over the rounds.
};

/// Of the trials of one mode without faults. `confidence`: of the throughput's interval.
[[nodiscard]] CostSummary summarize_cost(const TrialList& trials, double confidence);

}  // namespace bulkhead

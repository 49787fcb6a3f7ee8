#include "runner/reports/cost.hpp"

#include <array>
#include <cassert>

#include "ipc/percentile.hpp"
#include "runner/reports/trial_values.hpp"

namespace bulkhead {
namespace {

double seconds(const WindowRecord& window) {
  assert(window.length_ns() > 0);
  return static_cast<double>(window.length_ns()) / 1e9;
}

/// Unlike a ratio, a median may well be that of trials that did nothing.
double throughput_per_s(const TrialRecord& trial) {
  const WindowRecord& window = *trial.window();
  return static_cast<double>(window.operations) / seconds(window);
}

std::optional<Throughput> summarize_throughput(const TrialList& trials, double confidence) {
  if (trials.empty()) return std::nullopt;
  std::vector<double> rates;
  for (const TrialRecord* trial : trials) rates.push_back(throughput_per_s(*trial));
  return Throughput{median(rates), median_interval(rates, confidence)};
}

std::optional<Latency> summarize_latency(const TrialList& trials) {
  const LatencyHistogram::Counts counts = latency_counts(trials);
  const auto at = [&counts](double share) {
    return percentile(counts, share, LatencyHistogram::upper_ns);
  };
  const std::optional<std::uint64_t> most = at(1);
  if (!most) return std::nullopt;
  const std::uint64_t samples = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  return Latency{*at(0.5), *at(0.99), *most, samples};
}

/// The median over the trials of what `count` finds in a window, per second.
template <class Count>
std::optional<double> rate_over(const TrialList& trials, Count count) {
  return median_over(trials, [&count](const TrialRecord& trial) -> std::optional<double> {
    const WindowRecord& window = *trial.window();
    return static_cast<double>(count(window)) / seconds(window);
  });
}

std::optional<double> run_delay_share(const TrialRecord& trial) {
  if (trial.workers.empty()) return std::nullopt;
  const WindowRecord& window = *trial.window();
  return static_cast<double>(window.run_delay_ns) /
         (static_cast<double>(window.length_ns()) * static_cast<double>(trial.workers.size()));
}

/// Of all rounds together, since a tick is long against a window.
std::optional<double> kernel_share(const TrialList& trials) {
  double kernel_ns = 0, all_ns = 0;
  for (const TrialRecord* trial : trials) {
    const WindowRecord& window = *trial->window();
    kernel_ns += static_cast<double>(window.kernel_cpu_ns.value_or(0));
    all_ns +=
        static_cast<double>(window.kernel_cpu_ns.value_or(0) + window.user_cpu_ns.value_or(0));
  }
  if (all_ns == 0) return std::nullopt;
  return kernel_ns / all_ns;
}

/// The median of `count` per second, of the windows that have it.
std::optional<double> rate_if_known(const TrialList& trials,
                                    std::optional<std::uint64_t> WindowRecord::*count) {
  return median_over(trials, [count](const TrialRecord& trial) -> std::optional<double> {
    const WindowRecord& window = *trial.window();
    if (!(window.*count)) return std::nullopt;
    return static_cast<double>(*(window.*count)) / seconds(window);
  });
}

std::optional<double> hardware_per_operation(const TrialList& trials,
                                             std::uint64_t HardwareCounts::*count) {
  return median_over(trials, [count](const TrialRecord& trial) -> std::optional<double> {
    const WindowRecord& window = *trial.window();
    if (!window.hardware || window.operations == 0) return std::nullopt;
    return static_cast<double>(*window.hardware.*count) / static_cast<double>(window.operations);
  });
}

std::optional<double> contended_per_operation(const TrialRecord& trial) {
  std::uint64_t contended = 0;
  std::uint64_t finished = 0;
  for (const WorkerRecord& worker : trial.workers) {
    contended += worker.contended;
    finished += worker.finished;
  }
  if (finished == 0) return std::nullopt;
  return static_cast<double>(contended) / static_cast<double>(finished);
}

/// `memory_of(trial)`: null where it was not measured.
template <class MemoryOf>
std::optional<Memory> summarize_memory(const TrialList& trials, MemoryOf memory_of) {
  const auto of = [&](std::uint64_t MemoryRecord::*bytes) {
    return median_over(trials, [&](const TrialRecord& trial) -> std::optional<double> {
      const MemoryRecord* const memory = memory_of(trial);
      if (memory == nullptr || memory->rss_bytes == 0) return std::nullopt;
      return static_cast<double>(memory->*bytes);
    });
  };
  const std::optional<double> rss_bytes = of(&MemoryRecord::rss_bytes);
  if (!rss_bytes) return std::nullopt;
  return Memory{*of(&MemoryRecord::pss_bytes), *of(&MemoryRecord::uss_bytes), *rss_bytes,
                *of(&MemoryRecord::page_table_bytes)};
}

/// All workers of all rounds in one row: a round has few of them.
std::optional<double> median_start_ns(const TrialList& trials) {
  std::vector<double> starts;
  for (const TrialRecord* trial : trials) {
    const std::vector<double> own = worker_starts_ns(*trial);
    starts.insert(starts.end(), own.begin(), own.end());
  }
  if (starts.empty()) return std::nullopt;
  return median(starts);
}

std::optional<double> start_skew_ns(const TrialRecord& trial) {
  std::vector<std::int64_t> firsts;
  for (const WorkerRecord& worker : trial.workers) {
    if (worker.gate_to_first_ns > 0) firsts.push_back(worker.gate_to_first_ns);
  }
  if (firsts.size() < 2) return std::nullopt;
  const auto [first, last] = std::minmax_element(firsts.begin(), firsts.end());
  return static_cast<double>(*last - *first);
}

std::uint32_t count_deaths(const TrialList& trials) {
  std::uint32_t deaths = 0;
  for (const TrialRecord* trial : trials) {
    for (const DeathRecord& death : trial->deaths) deaths += death.cause.is_death() ? 1 : 0;
  }
  return deaths;
}

double missing_share(const TrialList& trials) {
  std::uint64_t missing = 0;
  std::uint64_t finished = 0;
  for (const TrialRecord* trial : trials) {
    missing += trial->verify.missing_units;
    for (const WorkerRecord& worker : trial->workers) finished += worker.finished;
  }
  return finished == 0 ? 0 : static_cast<double>(missing) / static_cast<double>(finished);
}

WindowTrust summarize_trust(const TrialList& trials) {
  WindowTrust trust;
  for (const TrialRecord* trial : trials) {
    const Disturbance& disturbance = trial->window()->disturbance;
    trust.repeated += static_cast<std::uint32_t>(trial->windows.size() - 1);
    trust.left_disturbed += disturbance.over_limit ? 1 : 0;
    trust.not_warm += trial->warmed_up ? 0 : 1;
    trust.others_share =
        std::max(trust.others_share, disturbance.others_share + disturbance.steal_share);
  }
  return trust;
}

}  // namespace

CostSummary summarize_cost(const TrialList& trials, double confidence) {
  const TrialList measured = completed(trials);
  CostSummary cost;
  cost.trials = count_trials(trials);
  cost.throughput = summarize_throughput(measured, confidence);
  cost.latency = summarize_latency(measured);
  cost.cpu_ns_per_operation = median_over(measured, cpu_ns_per_operation);
  cost.run_delay_share = median_over(measured, run_delay_share);
  cost.switches_per_s_voluntary =
      rate_over(measured, [](const WindowRecord& window) { return window.voluntary_switches; });
  cost.switches_per_s_involuntary =
      rate_over(measured, [](const WindowRecord& window) { return window.involuntary_switches; });
  cost.minor_faults_per_s =
      rate_over(measured, [](const WindowRecord& window) { return window.minor_faults; });
  cost.major_faults_per_s = rate_if_known(measured, &WindowRecord::major_faults);
  cost.migrations_per_s = rate_if_known(measured, &WindowRecord::migrations);
  cost.kernel_share = kernel_share(measured);
  cost.instructions_per_operation = hardware_per_operation(measured, &HardwareCounts::instructions);
  cost.cycles_per_operation = hardware_per_operation(measured, &HardwareCounts::cycles);
  cost.cache_misses_per_operation = hardware_per_operation(measured, &HardwareCounts::cache_misses);
  cost.contended_per_operation = median_over(measured, contended_per_operation);
  cost.memory = summarize_memory(measured, [](const TrialRecord& trial) { return &trial.memory; });
  cost.idle_memory = summarize_memory(measured, [](const TrialRecord& trial) {
    return trial.idle_memory ? &*trial.idle_memory : nullptr;
  });
  cost.start_ns = median_start_ns(measured);
  cost.start_skew_ns = median_over(measured, start_skew_ns);
  // A death counts however its trial ended.
  cost.deaths = count_deaths(trials);
  cost.rounds_not_one_object = static_cast<std::uint32_t>(
      std::count_if(measured.begin(), measured.end(),
                    [](const TrialRecord* trial) { return !trial->one_object; }));
  cost.state = count_states(measured);
  cost.missing_share = missing_share(measured);
  cost.trust = summarize_trust(measured);
  cost.measures = workload_measures(measured);
  return cost;
}

}  // namespace bulkhead

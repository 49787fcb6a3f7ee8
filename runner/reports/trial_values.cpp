#include "runner/reports/trial_values.hpp"

#include "runner/statistics/interval.hpp"

namespace bulkhead {

LatencyHistogram::Counts latency_counts(const TrialList& trials) {
  LatencyHistogram::Counts counts{};
  for (const TrialRecord* trial : trials) {
    const WindowRecord* window = trial->window();
    if (window == nullptr) continue;
    for (const auto& [bucket, samples] : window->latency) {
      if (bucket < counts.size()) counts[bucket] += samples;
    }
  }
  return counts;
}

std::optional<double> cpu_ns_per_operation(const TrialRecord& trial) {
  const WindowRecord* window = trial.window();
  if (window == nullptr || window->operations == 0) return std::nullopt;
  return static_cast<double>(window->cpu_ns) / static_cast<double>(window->operations);
}

WorkloadMeasures workload_measures(const TrialList& trials) {
  std::map<std::string, std::vector<double>> values;
  for (const TrialRecord* trial : trials) {
    for (const auto& [name, value] : trial->verify.measures) values[name].push_back(value);
  }
  WorkloadMeasures medians;
  for (auto& [name, of_rounds] : values) medians.emplace(name, median(of_rounds));
  return medians;
}

std::optional<double> measure_in(const WorkloadMeasures& measures, std::string_view name) {
  const auto found = measures.find(name);
  if (found == measures.end()) return std::nullopt;
  return found->second;
}

std::vector<double> worker_starts_ns(const TrialRecord& trial) {
  std::vector<double> starts;
  for (const WorkerRecord& worker : trial.workers) {
    if (worker.start_ns > 0) starts.push_back(static_cast<double>(worker.start_ns));
  }
  return starts;
}

std::vector<double> delays_after_strikes_ns(const TrialRecord& trial,
                                            std::int64_t DeathRecord::*what) {
  std::vector<double> delays;
  for (const DeathRecord& death : trial.deaths) {
    if (death.struck_ns == 0 || death.*what < death.struck_ns) continue;
    delays.push_back(static_cast<double>(death.*what - death.struck_ns));
  }
  return delays;
}

}  // namespace bulkhead

#include "runner/reports/warnings.hpp"

#include <fmt/format.h>

#include <map>

#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

using Warnings = std::vector<std::string>;

void warn_of_build(const BuildFacts& build, Warnings& warnings) {
  if (!build.sanitizers.empty()) {
    warnings.push_back(
        fmt::format("This build has sanitizers ({}): its times say nothing about a normal program.",
                    build.sanitizers));
  } else if (build.type == "Debug") {
    warnings.emplace_back(
        "This is a debug build: its times say nothing about an optimised program. Build with "
        "-DCMAKE_BUILD_TYPE=Release.");
  }
}

void warn_of_governor(const HostFacts& host, Warnings& warnings) {
  if (host.frequency_governor.empty() || host.frequency_governor == "performance") return;
  warnings.push_back(fmt::format(
      "The CPUs change their frequency (governor {}). Steadier: cpupower frequency-set -g "
      "performance.",
      host.frequency_governor));
}

std::string_view kind_of(const TrialRecord& trial) {
  return trial.id.with_faults ? "with the fault" : "without faults";
}

/// Failed trials with one reason in one mode are one warning.
void warn_of_failed_trials(const ExperimentResult& result, Warnings& warnings) {
  std::map<std::string, std::uint64_t> counts;
  for (const TrialRecord& trial : result.trials) {
    if (trial.status != TrialStatus::failed) continue;
    const std::string& mode = result.plan.modes[trial.id.mode].name;
    ++counts[fmt::format("of {} {} failed: {}", mode, kind_of(trial),
                         trial.reason.empty() ? "no reason given" : trial.reason)];
  }
  for (const auto& [text, count] : counts) {
    warnings.push_back(fmt::format("{} {}.", plural(count, "trial"), text));
  }
}

void warn_of_interruption(const Summary& summary, Warnings& warnings) {
  if (!summary.interrupted) return;
  const std::string done = plural(summary.rounds, "complete round");
  warnings.push_back(summary.rounds == 0 ? "Interrupted before the first round was complete."
                                         : fmt::format("Interrupted: this is what {} say.", done));
}

void warn_of_objects(const ModeSummary& mode, Warnings& warnings) {
  const std::uint32_t split = mode.cost.rounds_not_one_object;
  if (split == 0) return;
  warnings.push_back(fmt::format("{}: in {} not all workers were seen to share one arena.",
                                 mode.mode.name, plural(split, "trial")));
}

void warn_of_deaths(const ModeSummary& mode, Warnings& warnings) {
  if (mode.cost.deaths > 0) {
    warnings.push_back(fmt::format("{}: {} in trials without faults.", mode.mode.name,
                                   plural(mode.cost.deaths, "death")));
  }
  if (!mode.isolation) return;
  const IsolationSummary& isolation = *mode.isolation;
  if (isolation.struck < isolation.trials.completed) {
    warnings.push_back(
        fmt::format("{}: the fault struck in {} trials only; the others are left out.",
                    mode.mode.name, part_of(isolation.struck, isolation.trials.completed)));
  }
  if (isolation.deaths_unstruck > 0) {
    warnings.push_back(fmt::format("{}: {} in trials that the fault did not strike.",
                                   mode.mode.name, plural(isolation.deaths_unstruck, "death")));
  }
}

void warn_of_warm_up(const Summary& summary, Warnings& warnings) {
  std::vector<std::string> modes;
  for (const ModeSummary& mode : summary.modes) {
    const std::uint32_t not_warm = mode.cost.trust.not_warm;
    if (not_warm == 0) continue;
    modes.push_back(fmt::format("{} ({} rounds)", mode.mode.name,
                                part_of(not_warm, mode.cost.trials.completed)));
  }
  if (modes.empty()) return;
  warnings.push_back(fmt::format(
      "The rate was not steady yet when the window opened: {}. A longer --warmup may help.",
      enumerate(modes)));
}

/// The first line of it is usually enough to know.
void warn_of_output(const ExperimentResult& result, Warnings& warnings) {
  std::uint64_t trials = 0;
  std::string first;
  for (const TrialRecord& trial : result.trials) {
    if (trial.error_output.empty()) continue;
    if (++trials == 1) first = trial.error_output.substr(0, trial.error_output.find('\n'));
  }
  if (trials == 0) return;
  warnings.push_back(fmt::format("Workers wrote to standard output or error in {}; the first: {}",
                                 plural(trials, "trial"), first));
}

}  // namespace

std::vector<std::string> find_warnings(const ExperimentResult& result, const Summary& summary) {
  Warnings warnings;
  warn_of_build(result.host.build, warnings);
  warn_of_failed_trials(result, warnings);
  for (const ModeSummary& mode : summary.modes) warn_of_objects(mode, warnings);
  for (const ModeSummary& mode : summary.modes) warn_of_deaths(mode, warnings);
  warn_of_interruption(summary, warnings);
  warn_of_warm_up(summary, warnings);
  warn_of_governor(result.host, warnings);
  warn_of_output(result, warnings);
  return warnings;
}

}  // namespace bulkhead

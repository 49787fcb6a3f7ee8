#include "runner/commands/lock_demos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "runner/reports/number.hpp"
#include "runner/reports/summary.hpp"

namespace bulkhead {
namespace {

/// The largest value of a workload's own measure over all trials without a fault; 0: nobody has it.
double largest(const ExperimentResult& result, std::string_view measure) {
  double most = 0;
  for (const TrialRecord& trial : result.trials) {
    const auto found = trial.verify.measures.find(std::string(measure));
    if (!trial.id.with_faults && found != trial.verify.measures.end()) {
      most = std::max(most, found->second);
    }
  }
  return most;
}

/// "42 % in thread and 39 % in process": the medians of a mode's trials.
std::string in_modes(const ExperimentResult& result, std::string_view measure, Quantity quantity) {
  std::vector<std::string> parts;
  for (const ModeSummary& mode : summarize(result).modes) {
    const auto found = mode.cost.measures.find(std::string(measure));
    if (found == mode.cost.measures.end()) continue;
    parts.push_back(fmt::format("{} in {}", with_unit(quantity, found->second), mode.mode.name));
  }
  return enumerate(parts);
}

double throughput_of_first_mode(const ExperimentResult& result) {
  const Summary summary = summarize(result);
  const auto& throughput = summary.modes.front().cost.throughput;
  return throughput ? throughput->median_per_s : 0;
}

/// Which of the three conditions did not hold, in words; empty: none was seen to fail.
std::string broken_condition(const ExperimentResult& result) {
  if (largest(result, "exclusion_violations") > 0) {
    return fmt::format("mutual exclusion (two inside at once, up to {} times)",
                       whole(static_cast<std::uint64_t>(largest(result, "exclusion_violations"))));
  }
  // As long as that, with somebody waiting and nobody inside, is no slow hand-over any more.
  constexpr double standstill_ns = 100e6;
  if (largest(result, "standstill_ns") > standstill_ns) {
    return fmt::format("progress (nobody inside and nobody entered for {})",
                       with_unit(Quantity::duration_ns, largest(result, "standstill_ns")));
  }
  return "";
}

}  // namespace

DemoFinding race_finding(const DemoResults& results) {
  assert(results.size() == 2);
  const double share = largest(results[0], "lost_updates_share");
  DemoFinding finding;
  finding.answer = share == 0 ? 0 : (share < 0.01 ? 1 : 2);
  finding.sentences.push_back(fmt::format(
      "Lost without a lock: {}. It is the shared word that races, and walls between the address "
      "spaces do not matter to it.",
      in_modes(results[0], "lost_updates_share", Quantity::share)));
  const double locked = throughput_of_first_mode(results[1]);
  if (largest(results[1], "lost_updates") == 0 && locked > 0) {
    finding.sentences.push_back(
        fmt::format("With the mutex not one was lost, at {} times the price of an increment.",
                    significant(throughput_of_first_mode(results[0]) / locked, 2)));
  }
  if (share == 0) {
    finding.sentences.emplace_back(
        "That nothing was lost is luck and no proof: with two CPUs or a longer --duration it will "
        "be different.");
  }
  return finding;
}

DemoFinding critical_section_finding(const DemoResults& results) {
  std::vector<std::string> kept;
  DemoFinding finding;
  for (const ExperimentResult& result : results) {
    const std::string broken = broken_condition(result);
    if (broken.empty()) {
      kept.push_back(result.plan.lock);
    } else {
      finding.sentences.push_back(fmt::format("{} breaks {}.", result.plan.lock, broken));
    }
  }
  finding.answer = std::min<std::size_t>(kept.size(), 2);
  if (!kept.empty()) {
    finding.sentences.push_back(
        fmt::format("Exclusion and progress held all the time with {}.", enumerate(kept)));
  }
  return finding;
}

DemoFinding bounded_waiting_finding(const DemoResults& results) {
  assert(results.size() == 2);
  const double unfair = largest(results[0], "bypasses_most");
  const double fair = largest(results[1], "bypasses_most");
  DemoFinding finding;
  finding.answer = unfair <= 1 ? 0 : (unfair <= 100 ? 1 : 2);
  finding.sentences.push_back(fmt::format(
      "With {} somebody entered up to {} times while another waited (longest wait {}); with {} at "
      "most {} (longest wait {}).",
      results[0].plan.lock, whole(static_cast<std::uint64_t>(unfair)),
      with_unit(Quantity::duration_ns, largest(results[0], "wait_longest_ns")),
      results[1].plan.lock, plural(static_cast<std::uint64_t>(fair), "time"),
      with_unit(Quantity::duration_ns, largest(results[1], "wait_longest_ns"))));
  const double unfair_rate = throughput_of_first_mode(results[0]);
  const double fair_rate = throughput_of_first_mode(results[1]);
  if (unfair_rate > 0 && fair_rate > 0) {
    finding.sentences.push_back(fmt::format(
        "Waiting in turn is not free: {} did {} times the entries of {}.", results[0].plan.lock,
        significant(unfair_rate / fair_rate, 2), results[1].plan.lock));
  }
  return finding;
}

DemoFinding holder_death_finding(const DemoResults& results) {
  assert(results.size() == 2);
  const auto process_of = [](const ExperimentResult& result) {
    return summarize(result).modes.back().isolation.value_or(IsolationSummary());
  };
  const IsolationSummary plain = process_of(results[0]);
  const IsolationSummary robust = process_of(results[1]);
  const std::uint64_t stuck = plain.stuck_workers ? plain.stuck_workers->most : 0;
  DemoFinding finding;
  finding.answer = stuck == 0 ? 0 : 1;
  finding.sentences.push_back(
      stuck == 0
          ? fmt::format("With {} nobody was stuck this time: the dead one did not hold it.",
                        results[0].plan.lock)
          : fmt::format("With {} up to {} waited until the end for a lock that its dead "
                        "holder never releases: the wall saved their memory, not their work.",
                        results[0].plan.lock, plural(stuck, "survivor")));
  const std::uint64_t robust_stuck = robust.stuck_workers ? robust.stuck_workers->most : 0;
  if (robust_stuck == 0) {
    finding.sentences.push_back(fmt::format(
        "With {} the next one was told that the holder had died, put the state right and went on; "
        "the state at the end was {}.",
        results[1].plan.lock, robust.state.all_sound() ? "sound" : "not always sound"));
  }
  return finding;
}

}  // namespace bulkhead

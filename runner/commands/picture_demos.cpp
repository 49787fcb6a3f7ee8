#include "runner/commands/picture_demos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "runner/reports/number.hpp"
#include "runner/reports/summary.hpp"

namespace bulkhead {
namespace {

/// The workload's own measures of one mode of one run, and the modes' latencies.
class Seen {
 public:
  Seen(const ExperimentResult& result, std::size_t mode)
      : mode_(summarize(result).modes.at(mode)) {}

  [[nodiscard]] std::optional<double> measure(const std::string& name) const {
    const auto found = mode_.cost.measures.find(name);
    if (found == mode_.cost.measures.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] double share(const std::string& name) const { return measure(name).value_or(0); }
  [[nodiscard]] bool any() const { return !mode_.cost.measures.empty(); }
  [[nodiscard]] const ModeSummary& mode() const { return mode_; }

 private:
  ModeSummary mode_;
};

std::string time_text(double ns) {
  return with_unit(Quantity::duration_ns, ns);
}

constexpr std::pair<const char*, const char*> segment_measures[] = {
    {"data_seen_share", "data"},
    {"bss_seen_share", "bss"},
    {"heap_seen_share", "heap"},
    {"private_file_seen_share", "a file mapped private"},
    {"shared_file_seen_share", "a file mapped shared"},
    {"arena_seen_share", "shared memory"},
    {"thread_local_seen_share", "thread-local words"},
    {"stack_seen_share", "the stack"},
};

/// The segments in which a neighbour's write arrived at least once.
std::vector<std::string> arrived_in(const Seen& seen) {
  std::vector<std::string> names;
  for (const auto& [measure, name] : segment_measures) {
    if (seen.share(measure) > 0) names.emplace_back(name);
  }
  return names;
}

std::string or_none(const std::vector<std::string>& names) {
  return names.empty() ? std::string("none of them") : enumerate(names);
}

constexpr const char* change_measures[] = {"files_seen_share", "directory_seen_share",
                                           "memory_seen_share", "handlers_seen_share",
                                           "process_same_share"};

/// How many of the changes the maker saw every time.
std::string count_seen(const Seen& seen) {
  return std::to_string(std::count_if(std::begin(change_measures), std::end(change_measures),
                                      [&](const char* name) { return seen.share(name) == 1; }));
}

}  // namespace

DemoFinding segments_finding(const DemoResults& results) {
  assert(results.size() == 1 && results[0].plan.modes.size() == 3);
  const Seen threads(results[0], 0), processes(results[0], 1), mix(results[0], 2);
  if (!threads.any() || !processes.any()) return nothing_seen();
  DemoFinding finding;
  finding.answer = processes.share("data_seen_share") > 0 ? 0 : 1;
  finding.sentences.push_back(
      fmt::format("Between processes a write arrived in {}; between threads in {}.",
                  or_none(arrived_in(processes)), or_none(arrived_in(threads))));
  if (threads.share("stack_seen_share") > 0) {
    finding.sentences.emplace_back(
        "Another thread's stack and its thread-local words are as writable as everything else: "
        "they are its own by custom, and no wall stands around them.");
  }
  const double in_mix = mix.share("data_seen_share");
  if (mix.any() && in_mix > 0 && in_mix < 1) {
    finding.sentences.push_back(
        fmt::format("In 2x2 {} of the workers found the write to their globals: those whose "
                    "neighbour lives in the same process.",
                    percent(in_mix)));
  }
  return finding;
}

DemoFinding time_slice_finding(const DemoResults& results) {
  assert(results.size() == 2);
  const Seen shared(results[0], 0), shared_processes(results[0], 1), own(results[1], 0);
  const auto stretch_ns = shared.measure("stretch_p50_ns");
  if (!stretch_ns) return nothing_seen();
  DemoFinding finding;
  finding.answer = *stretch_ns < 100e3 ? 0 : (*stretch_ns < 10e6 ? 1 : 2);
  finding.sentences.push_back(fmt::format(
      "On one CPU a thread ran {} at a stretch and was then away for {} (medians); both ran at "
      "once {} of the time. That is concurrency: progress for both, and one at a time.",
      time_text(*stretch_ns), time_text(shared.share("away_p50_ns")),
      percent(shared.share("together_share"))));
  if (const auto processes_ns = shared_processes.measure("stretch_p50_ns")) {
    finding.sentences.push_back(
        fmt::format("A process got {} at a stretch: the scheduler shares out time among tasks, on "
                    "whichever side of a wall they are.",
                    time_text(*processes_ns)));
  }
  if (const auto together = own.measure("together_share")) {
    finding.sentences.push_back(
        fmt::format("On a CPU each, both ran at once {} of the time{}.", percent(*together),
                    *together > 0.5 ? ": that is parallelism" : ", so others were running, too"));
  }
  return finding;
}

DemoFinding sharing_finding(const DemoResults& results) {
  assert(results.size() == 6);
  constexpr std::size_t memory_rung = 3;
  std::vector<std::string> counts;
  for (const ExperimentResult& result : results) {
    const Seen rung(result, 0);
    if (!rung.any()) return nothing_seen();
    counts.push_back(count_seen(rung));
  }
  const Seen on_memory(results[memory_rung], 0);
  DemoFinding finding;
  finding.answer = on_memory.share("memory_seen_share") == 1 &&
                           on_memory.share("handlers_seen_share") == 0 &&
                           on_memory.share("process_same_share") == 0
                       ? 0
                       : 1;
  finding.sentences.push_back(fmt::format(
      "From rung to rung the maker found {} of the five to be its own. To the kernel, process and "
      "thread are the two ends of one ladder, and what stands between is as good a task.",
      enumerate(counts)));
  const std::optional<Latency> first = Seen(results.front(), 0).mode().cost.latency;
  const std::optional<Latency> last = Seen(results.back(), 0).mode().cost.latency;
  if (first && last) {
    finding.sentences.push_back(fmt::format(
        "A task, from its call until it was reaped, took {} on the first rung and {} on the last.",
        time_text(static_cast<double>(first->p50_ns)),
        time_text(static_cast<double>(last->p50_ns))));
  }
  return finding;
}

}  // namespace bulkhead

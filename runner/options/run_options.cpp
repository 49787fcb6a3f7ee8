#include "runner/options/run_options.hpp"

#include <fmt/format.h>

#include <cassert>
#include <chrono>
#include <cmath>
#include <limits>

#include "ipc/lock_list.hpp"
#include "runner/options/command_line.hpp"
#include "runner/options/fault_text.hpp"
#include "runner/options/mistake.hpp"
#include "runner/options/output_choice.hpp"
#include "runner/options/suggest.hpp"
#include "runner/options/units.hpp"
#include "runner/plan/plan.hpp"
#include "runner/reports/format.hpp"

namespace bulkhead {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view what_runs = "What runs";
constexpr std::string_view how_long = "How long, how often";
constexpr std::string_view goes_wrong = "What goes wrong";
constexpr std::string_view result = "The result";

constexpr std::int64_t percent_ppm = 10'000;
constexpr std::int64_t most_rounds = 10'000;

std::string percent_text(double share) {
  return exact_percent(std::llround(share * 1e6));
}

template <class Entries>
std::vector<std::string_view> names_of(const Entries& entries) {
  std::vector<std::string_view> names;
  names.reserve(entries.size());
  for (const auto& entry : entries) names.push_back(entry.name);
  return names;
}

template <class Enumeration>
std::vector<std::string_view> texts_of(std::initializer_list<Enumeration> values) {
  std::vector<std::string_view> texts;
  for (const Enumeration value : values) texts.push_back(to_text(value));
  return texts;
}

std::vector<OptionSpec> what_runs_options(const Plan& defaults) {
  return {
      {.group = what_runs,
       .name = "workers",
       .argument = "N",
       .kind = ValueKind::count,
       .default_note = "the CPUs it may use, at least 2; or what the PxT modes make",
       .help = "workers in every mode; several numbers (1,2,4) show how the work scales",
       .min = 1,
       .max = largest_worker_count},
      {.group = what_runs,
       .name = "mode",
       .argument = "LIST",
       .default_text = "thread,process",
       .help = "modes to compare; the first is what the others are compared with",
       .form = "a comma-separated list of thread, process and PxT, such as 2x4"},
      {.group = what_runs,
       .name = "lock",
       .argument = "LOCK",
       .kind = ValueKind::choice,
       .default_note = "the workload's own",
       .help = "lock of the critical section",
       .words = names_of(all_locks())},
      {.group = what_runs,
       .name = "spin",
       .argument = "POLICY",
       .kind = ValueKind::choice,
       .default_text = std::string(to_text(defaults.spin)),
       .help = "waiters of a spinning lock: give the time slice away after a bounded number of"
               " spins, or spin on",
       .words = texts_of({SpinPolicy::bounded, SpinPolicy::pure})},
      {.group = what_runs,
       .name = "libc",
       .argument = "STATE",
       .kind = ValueKind::choice,
       .default_text = std::string(to_text(defaults.libc)),
       .help = "glibc's shortcuts for processes without threads: off in every mode, or as a real"
               " program of each shape has them",
       .words = texts_of({LibcState::equal, LibcState::native})},
      {.group = what_runs,
       .name = "pin",
       .argument = "POLICY",
       .kind = ValueKind::choice,
       .default_text = std::string(to_text(defaults.pin)),
       .help = "workers on CPUs: one each, all on one, or as the scheduler likes",
       .words = texts_of({PinPolicy::spread, PinPolicy::same, PinPolicy::none})},
      {.group = what_runs,
       .name = "seed",
       .argument = "N",
       .kind = ValueKind::count,
       .default_note = "from the clock; the result says it",
       .help = "of the order of the trials and of all random input",
       .min = 0,
       .max = std::numeric_limits<std::int64_t>::max()},
  };
}

std::vector<OptionSpec> how_long_options(const Plan& defaults) {
  return {
      {.group = how_long,
       .name = "duration",
       .argument = "TIME",
       .kind = ValueKind::duration,
       .default_text = exact_duration(defaults.extent.duration_ns),
       .help = "length of the measured window of each trial",
       .min = ns(1ms),
       .max = ns(1h)},
      {.group = how_long,
       .name = "operations",
       .argument = "N",
       .kind = ValueKind::count,
       .help = "measure a fixed amount of work instead: so many operations, shared out among the"
               " workers",
       .min = 1,
       .max = 1'000'000'000'000'000},
      {.group = how_long,
       .name = "timeout",
       .argument = "TIME",
       .kind = ValueKind::duration,
       .default_text = exact_duration(ns(60s)),
       .help = "longest time for --operations",
       .min = ns(1ms),
       .max = ns(24h)},
      {.group = how_long,
       .name = "warmup",
       .argument = "TIME",
       .kind = ValueKind::duration,
       .default_text = "auto",
       .help = "before the window; auto ends when the rate is steady, at the latest after " +
               exact_duration(defaults.warm_up.at_most_ns),
       .min = 0,
       .max = ns(10min),
       .words = {"auto"}},
      {.group = how_long,
       .name = "trials",
       .argument = "N",
       .kind = ValueKind::count,
       .default_text = exact_count(defaults.rounds.at_most),
       .help = "rounds; each runs every mode once, in random order",
       .min = 1,
       .max = most_rounds},
      {.group = how_long,
       .name = "precision",
       .argument = "PERCENT",
       .kind = ValueKind::percent,
       .help = "instead of --trials: go on until the ratio's interval is that narrow",
       .min = percent_ppm / 100,
       .max = 100 * percent_ppm},
      {.group = how_long,
       .name = "max-trials",
       .argument = "N",
       .kind = ValueKind::count,
       .default_text = "100",
       .help = "most rounds for --precision",
       .min = 1,
       .max = most_rounds},
      {.group = how_long,
       .name = "start-timeout",
       .argument = "TIME",
       .kind = ValueKind::duration,
       .default_note = "2 s and 10 ms for each worker",
       .help = "longest time until all workers are ready",
       .min = ns(1ms),
       .max = ns(10min)},
      {.group = how_long,
       .name = "drain-timeout",
       .argument = "TIME",
       .kind = ValueKind::duration,
       .default_note = "500 ms and 1 ms for each worker",
       .help = "longest time for workers to end when a trial is over; who needs longer is ended by"
               " SIGKILL",
       .min = ns(1ms),
       .max = ns(10min)},
  };
}

std::vector<OptionSpec> goes_wrong_options(const Plan& defaults) {
  return {
      {.group = goes_wrong,
       .name = "fault",
       .argument = "FAULT",
       .occurs = Occurs::many,
       .help = "run each mode once more per round, with this fault; may be given several times",
       .form = std::string(fault_form)},
      {.group = goes_wrong,
       .name = "restart",
       .argument = "POLICY",
       .kind = ValueKind::choice,
       .default_text = std::string(to_text(defaults.restart)),
       .help = "what is started again when a compartment died",
       .words = texts_of({RestartPolicy::never, RestartPolicy::one_for_one,
                          RestartPolicy::one_for_all, RestartPolicy::rest_for_one})},
      {.group = goes_wrong,
       .name = "shared",
       .argument = "POLICY",
       .kind = ValueKind::choice,
       .default_text = std::string(to_text(defaults.shared)),
       .help = "the shared state before a restart: kept as it is, repaired and an orphaned lock"
               " released, or everybody stopped and the state made anew",
       .words = texts_of({SharedPolicy::keep, SharedPolicy::repair, SharedPolicy::reset})},
      {.group = goes_wrong,
       .name = "recover",
       .argument = "HOW",
       .kind = ValueKind::choice,
       .default_text = std::string(to_text(defaults.recover)),
       .help = "a worker's own way out of its crash: none, or a jump out of the signal's handler to"
               " begin the operation again, which is not safe",
       .words = texts_of({SelfRecovery::none, SelfRecovery::siglongjmp})},
      {.group = goes_wrong,
       .name = "runner-priority",
       .argument = "HOW",
       .kind = ValueKind::choice,
       .default_text = std::string(to_text(defaults.runner_priority)),
       .help = "of who supervises a trial, to hear of a death in time or to be heard beside very"
               " many busy workers: realtime, a short time slice, or none of its own; auto is slice"
               " in trials with faults, where the kernel has it",
       .words = texts_of({RunnerPriority::automatic, RunnerPriority::fifo, RunnerPriority::slice,
                          RunnerPriority::none})},
      {.group = goes_wrong,
       .name = "spares",
       .argument = "N",
       .kind = ValueKind::count,
       .default_text = exact_count(defaults.spares),
       .help = "processes forked before the run that wait to take a dead one's place",
       .min = 0,
       .max = 64},
      {.group = goes_wrong,
       .name = "restart-limit",
       .argument = "N",
       .kind = ValueKind::count,
       .default_text = exact_count(defaults.restart_limits.at_most),
       .help = "restarts of one compartment within --restart-period; then it is given up",
       .min = 1,
       .max = 1'000'000},
      {.group = goes_wrong,
       .name = "restart-period",
       .argument = "TIME",
       .kind = ValueKind::duration,
       .default_text = exact_duration(defaults.restart_limits.period_ns),
       .help = "the period of --restart-limit",
       .min = ns(1ms),
       .max = ns(24h)},
      {.group = goes_wrong,
       .name = "back-off",
       .argument = "TIME",
       .kind = ValueKind::duration,
       .default_text = exact_duration(defaults.restart_limits.first_back_off_ns),
       .help = "wait before the second restart within the period; doubles, up to 1 s",
       .min = 0,
       .max = ns(1s)},
      {.group = goes_wrong,
       .name = "stall-timeout",
       .argument = "TIME",
       .kind = ValueKind::duration,
       .default_text = "0",
       .help = "a worker that finishes nothing for so long is ended as if it had died; 0: never",
       .min = 0,
       .max = ns(1min)},
  };
}

std::vector<OptionSpec> result_options(const Plan& defaults) {
  return {
      {.group = result,
       .name = "same-within",
       .argument = "PERCENT",
       .kind = ValueKind::percent,
       .default_text = percent_text(defaults.same_within),
       .help = "differences up to that count as the same",
       .min = 0,
       .max = 100 * percent_ppm},
      {.group = result,
       .name = "confidence",
       .argument = "PERCENT",
       .kind = ValueKind::percent,
       .default_text = percent_text(defaults.confidence),
       .help = "of all comparisons of the table together",
       .min = 50 * percent_ppm,
       .max = 100 * percent_ppm - percent_ppm / 100},
      {.group = result,
       .name = "format",
       .argument = "FORMAT",
       .kind = ValueKind::choice,
       .default_text = "table",
       .help = "how the result is written",
       .words = names_of(FormatRegistry::all())},
      {.group = result,
       .name = "output",
       .argument = "FILE",
       .default_note = "standard output",
       .help = "file for the result; replaced as a whole at the end, or not at all"},
      {.group = result,
       .name = "color",
       .argument = "WHEN",
       .kind = ValueKind::choice,
       .default_text = std::string(to_text(ColourChoice::automatic)),
       .help = "auto: on a terminal, unless NO_COLOR is set",
       .words = texts_of({ColourChoice::automatic, ColourChoice::always, ColourChoice::never})},
      {.group = result,
       .name = "width",
       .argument = "N",
       .kind = ValueKind::count,
       .default_note = "the terminal's, else 80",
       .help = "columns that the table may fill",
       .min = 40,
       .max = 1000},
      {.group = result,
       .name = "quiet",
       .kind = ValueKind::flag,
       .help = "no progress on the terminal"},
      {.group = result, .name = "help", .kind = ValueKind::flag, .help = "show this and exit"},
  };
}

std::vector<OptionSpec> make_run_options() {
  const Plan defaults;
  std::vector<OptionSpec> all;
  for (const auto& group : {what_runs_options(defaults), how_long_options(defaults),
                            goes_wrong_options(defaults), result_options(defaults)}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

void add_shorthands(const WorkloadEntry& workload, std::string_view group,
                    std::vector<OptionSpec>& options) {
  for (const Shorthand& shorthand : workload.shorthands) {
    options.push_back({.group = group,
                       .name = shorthand.name,
                       .kind = ValueKind::flag,
                       .help = std::string(shorthand.help)});
  }
}

}  // namespace

const std::vector<OptionSpec>& run_options() {
  static const std::vector<OptionSpec> options = make_run_options();
  return options;
}

std::vector<OptionSpec> options_of(const WorkloadEntry& workload) {
  std::vector<OptionSpec> options;
  for (const Parameter& parameter : workload.parameters) {
    assert(find_option(run_options(), parameter.name) == nullptr &&
           "a parameter has the name of an option");
    options.push_back(parameter_option(parameter, "Parameters of this workload"));
  }
  add_shorthands(workload, "Parameters of this workload", options);
  options.insert(options.end(), run_options().begin(), run_options().end());
  return options;
}

std::vector<OptionSpec> options_of_any_workload() {
  std::vector<OptionSpec> options = run_options();
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    for (const Parameter& parameter : workload.parameters) {
      options.push_back(parameter_option(parameter, workload.name));
    }
    add_shorthands(workload, workload.name, options);
  }
  return options;
}

std::vector<OptionSpec> borrowed_options(std::string_view group,
                                         const std::vector<std::string_view>& names) {
  std::vector<OptionSpec> options;
  for (const std::string_view name : names) {
    const OptionSpec* option = find_option(run_options(), name);
    assert(option != nullptr);
    options.push_back(*option);
    options.back().group = group;
  }
  return options;
}

std::vector<std::string_view> workload_names() {
  return names_of(WorkloadRegistry::all());
}

std::string unknown_workload_text(std::string_view name) {
  return fmt::format("{} is not known: {}{}", in_quotes(name), any_of_text(workload_names()),
                     suggestion(name, workload_names()));
}

}  // namespace bulkhead

#include "runner/commands/demo.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <optional>

#include "runner/commands/console.hpp"
#include "runner/commands/live_show.hpp"
#include "runner/commands/lock_demos.hpp"
#include "runner/commands/price_demos.hpp"
#include "runner/commands/run.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/options/command_line.hpp"
#include "runner/options/run_request.hpp"
#include "runner/options/suggest.hpp"
#include "runner/reports/render.hpp"
#include "runner/reports/report.hpp"

namespace bulkhead {
namespace {

struct Demo {
  std::string_view name;
  std::string_view help;               ///< One line, no full stop.
  std::string_view watch;              ///< What to look at in the table.
  std::vector<std::string_view> runs;  ///< What stands behind `bulkhead run`, one after the other.
  /// The same slowly enough to be watched, all modes at once; empty where there is nothing to see.
  std::string_view live = {};
  Question question = {};                                     ///< No answers: nothing is asked.
  DemoFinding (*find)(const DemoResults& results) = nullptr;  ///< What the results say to it.
  /// The rows of the tables that matter to the question; empty: whole tables.
  std::vector<std::string_view> rows = {};
};

const std::vector<Demo>& all_demos() {
  static const std::vector<Demo> demos{
      {"crash",
       "one worker of four dereferences a null pointer",
       "In mode thread the crash takes all four workers, in mode process one, in 2x2 the two of "
       "its "
       "process. Look at the rows 'workers lost' and 'survivors' throughput'.",
       {"bank --workers 4 --mode thread,process,2x2 --trials 3 --fault segv-null@1:ms=50"},
       "bank --workers 4 --mode thread,process --duration 4s --warmup 0s --fault "
       "segv-null@1:ms=1500"},
      {"wild-write",
       "one worker writes through a stray pointer to a sibling's memory",
       "Nobody dies and nobody notices. In mode thread the sibling's memory is changed; in mode "
       "process the same address leads nowhere but into the culprit's own copy, so 'private memory "
       "changed' stays away.",
       {"bank --workers 4 --mode thread,process --trials 3 --fault wild-private@1:ms=50"},
       "bank --workers 4 --mode thread,process --duration 4s --warmup 0s --fault "
       "wild-private@1:ms=1500"},
      {"torn-update",
       "one worker leaves a critical section half way and goes on",
       "The lock is released and nobody dies, but the total is wrong: walls between processes do "
       "not "
       "help against damage to what they share. Look at 'state at the end'.",
       {"bank --workers 4 --mode thread,process --trials 3 --fault torn-update@1:ms=50"}},
      {"state-leak",
       "one worker changes the working directory for itself, and for whom else?",
       "Directory, umask and signal actions belong to a process, and so to every thread in it. "
       "Nobody dies and no number looks wrong. In mode thread all three siblings stand in another "
       "directory, in mode process none. Look at 'siblings' process changed'.",
       {"bank --workers 4 --mode thread,process --trials 3 --fault attr-chdir@1:ms=50",
        "bank --workers 4 --mode thread,process --trials 3 --fault attr-sigpipe-ignore@1:ms=50"}},
      {"hang",
       "one worker stands still for ever with the lock in its hand",
       "No process ends, so only a worker that makes no progress gives the hang away. The whole "
       "process that holds it has to go: four workers in mode thread, one in mode process.",
       {"bank --workers 4 --mode thread,process --trials 3 --duration 400ms --stall-timeout 100ms "
        "--fault block@1:in-lock=50 --restart one-for-one"},
       "bank --workers 4 --mode thread,process --duration 4s --warmup 0s --stall-timeout 900ms "
       "--fault block@1:in-lock=1500 --restart one-for-one"},
      {"fork-hazard",
       "one worker forks in a loop beside siblings that write memory",
       "After each fork every page that a sibling writes to must be copied again; only threads "
       "share "
       "those pages with the one who forks. Look at 'survivors' throughput'.",
       {"malloc --workers 2 --mode thread,process --trials 3 --fault fork-storm@1:ms=30"},
       "malloc --workers 2 --mode thread,process --duration 4s --warmup 0s --fault "
       "fork-storm@1:ms=1500,for=1s"},
      {"restart-policies",
       "the same crash under four policies: who starts again, and what is lost",
       "One-for-one replaces the dead process alone and relies on the robust lock; one-for-all "
       "starts everybody again; with the state made anew, finished work is thrown away; and a "
       "spare process is there at once. Look at 'compartments restarted', 'thrown away by reset' "
       "and "
       "'fault to working again'.",
       {"bank --workers 4 --mode process --trials 3 --fault kill-9@1:in-lock=50 "
        "--restart one-for-one",
        "bank --workers 4 --mode process --trials 3 --fault kill-9@1:in-lock=50 "
        "--restart one-for-all",
        "bank --workers 4 --mode process --trials 3 --fault kill-9@1:in-lock=50 "
        "--restart one-for-one --shared reset",
        "bank --workers 4 --mode process --trials 3 --fault kill-9@1:in-lock=50 "
        "--restart one-for-one --spares 1"},
       "bank --workers 4 --mode thread,process --duration 4s --warmup 0s --fault "
       "kill-9@1:in-lock=1500 --restart one-for-one --back-off 800ms"},
      {"race",
       "two workers add 1 to one shared counter",
       "count += 1 is a load, an addition and a store, and the other worker may come in between. "
       "Each worker counts its own additions, so the loss is known exactly.",
       {"counter --workers 2 --mode thread,process --trials 3 --lock none",
        "counter --workers 2 --mode thread,process --trials 3 --lock mutex"},
       {},
       {"Two workers add 1 to one counter without a lock. How many additions get lost?",
        {"none", "fewer than 1 in 100", "1 in 100 or more"}},
       race_finding,
       {"throughput_per_s", "expected_updates", "found_updates", "lost_updates",
        "lost_updates_share"}},
      {"critical-section",
       "four locks against the textbook's conditions",
       "A solution has to keep mutual exclusion (one inside at a time), progress (somebody gets in "
       "if somebody wants to and nobody is inside) and bounded waiting. The workload itself "
       "watches, from inside the section.",
       {"section --workers 2 --mode thread,process --trials 2 --lock none",
        "section --workers 2 --mode thread,process --trials 2 --lock flags",
        "section --workers 2 --mode thread,process --trials 2 --lock alternate --leaves-after 1000",
        "section --workers 2 --mode thread,process --trials 2 --lock mutex"},
       {},
       {"No lock, two flags, strict turns, a mutex: how many of the four keep both exclusion and "
        "progress?",
        {"none", "one", "two or more"}},
       critical_section_finding,
       {"throughput_per_s", "exclusion_violations", "standstill_ns", "bypasses_most"}},
      {"bounded-waiting",
       "how often one is overtaken while it waits for a lock",
       "A mutex goes to whoever comes at the right moment; a ticket lock serves in the order of "
       "arrival. Look at 'most bypasses': how many entries of others one waiter had to watch.",
       {"section --workers 2 --mode thread,process --trials 3 --lock mutex",
        "section --workers 2 --mode thread,process --trials 3 --lock ticket"},
       {},
       {"Two workers share a mutex. How often does one enter, at most, while the other waits?",
        {"once", "2 to 100 times", "more than 100 times"}},
       bounded_waiting_finding,
       {"throughput_per_s", "bypasses_most", "bypasses_p99", "wait_p99_ns", "wait_longest_ns",
        "fairness_ratio"}},
      {"lock-holder-death",
       "a worker is killed with the lock in its hand",
       "A process takes nothing with it that is not its own, and so neither gives back a lock in "
       "shared memory nor finishes its update. A robust mutex tells the next one.",
       {"bank --workers 4 --mode thread,process --trials 3 --lock mutex --fault "
        "kill-9@1:in-lock=50",
        "bank --workers 4 --mode thread,process --trials 3 --lock robust --fault "
        "kill-9@1:in-lock=50"},
       {},
       {"One of four processes is killed inside a critical section guarded by a plain mutex. What "
        "do the other three do?",
        {"they go on", "they wait for ever"}},
       holder_death_finding,
       {"throughput_per_s", "workers_lost", "workers_stuck", "survivors_throughput_share",
        "trials_sound"}},
      {"spawn",
       "what it takes to make a thread, a process, and a process of a large maker",
       "One worker makes tasks, one after the other, each of which runs, ends and is reaped. Look "
       "at 'latency p50', and at 'minor page faults' for what fork leaves to be done later.",
       {"spawn --workers 1 --mode process --trials 3 --way thread",
        "spawn --workers 1 --mode process --trials 3 --way fork",
        "spawn --workers 1 --mode process --trials 3 --way fork --ballast 64M"},
       {},
       {"A process with 64 MiB of touched memory forks. How many times as long does that take as "
        "making a thread?",
        {"less than twice", "2 to 10 times", "more than 10 times"}},
       spawn_finding,
       {"throughput_per_s", "latency_ns_p50", "to_first_p50_ns", "minor_faults_per_s"}},
      {"context-switch",
       "two workers that wake each other, on one CPU and on two",
       "On one CPU each hand-over is a switch. Between processes it also changes the address "
       "space. "
       "Look at 'latency p50', a round trip, and at the kernel's own count of switches.",
       {"ping-pong --workers 2 --mode thread,process --trials 3 --pin same --channel futex",
        "ping-pong --workers 2 --mode thread,process --trials 3 --pin spread --channel spin"},
       {},
       {"How much longer does a round trip take between two processes than between two threads on "
        "the same CPU?",
        {"about the same, or less", "10 % longer to twice as long", "more than twice as long"}},
       context_switch_finding,
       {"throughput_per_s", "latency_ns_p50", "latency_ns_p99", "switches_per_s_voluntary",
        "switches_per_s_involuntary"}},
      {"memory",
       "what a process of its own takes in memory for each worker",
       "The workers of the first run have next to no memory of their own, so that what is seen is "
       "the price of a process: its copies of what it wrote to, and its page tables.",
       {"spin --workers 8 --mode thread,process --trials 3",
        "page-fault --workers 2 --mode thread,process --trials 3"},
       {},
       {"Eight workers as threads, or as eight processes forked from one. How much more memory "
        "does each worker take?",
        {"less than 64 KiB", "64 KiB to 1 MiB", "1 MiB or more"}},
       memory_finding,
       {"throughput_per_s", "memory_bytes_pss", "memory_bytes_uss", "memory_bytes_rss",
        "memory_bytes_page_tables", "minor_faults_per_s"}},
  };
  return demos;
}

Arguments words_of(std::string_view line) {
  Arguments words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) words.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

std::string demo_list(unsigned width) {
  std::vector<std::vector<std::string>> rows;
  for (const Demo& demo : all_demos()) {
    rows.push_back({std::string(demo.name), std::string(demo.help)});
  }
  return aligned(rows, width);
}

/// False: interrupted.
bool show_slowly(const Demo& demo) {
  if (demo.live.empty()) return true;
  const RunRequest request = read_run_request(words_of(demo.live), machine_defaults());
  assert(request.mistakes.empty());
  const StreamFacts stream = look_at_stream(STDOUT_FILENO);
  const TerminalEnvironment environment = read_terminal_environment();
  if (!can_show_live(stream, environment, request.plan)) return true;
  print("\n" + paragraph("First to look at: all modes at once, slowly.", output_width()));
  return show_live(request.plan, style_for({}, stream, environment));
}

/// The rows of the tables that matter to the demo's question.
Report brief_report(const ExperimentResult& result, const std::vector<std::string_view>& rows) {
  const Report full = make_report(result, summarize(result));
  Report brief;
  brief.title = fmt::format("{}, lock {}", full.title, result.plan.lock);
  brief.modes = full.modes;
  ReportTable table{"demo", "", {{}}};
  for (const ReportTable& whole_table : full.tables) {
    for (const RowGroup& group : whole_table.groups) {
      std::copy_if(group.begin(), group.end(), std::back_inserter(table.groups.front()),
                   [&rows](const ReportRow& row) {
                     return std::find(rows.begin(), rows.end(), row.measure) != rows.end();
                   });
    }
  }
  brief.tables.push_back(std::move(table));
  return brief;
}

/// Runs one command line, shows what came of it and keeps it.
ExitStatus show_run(const Demo& demo, std::string_view run, DemoResults& results) {
  // A command line is for copying, so it is never broken.
  print(fmt::format("\n$ bulkhead run {}\n\n", run));
  if (demo.find == nullptr) return run_command(words_of(run));
  const RunRequest request = read_run_request(words_of(run), machine_defaults());
  assert(request.mistakes.empty());
  results.push_back(run_with_progress(request.plan, request.output.progress));
  const RenderStyle style =
      style_for({}, look_at_stream(STDOUT_FILENO), read_terminal_environment());
  print(render_report(brief_report(results.back(), demo.rows), "table", style));
  // A state that is not sound may be just what the demo is about.
  return results.back().interrupted ? ExitStatus::interrupted : ExitStatus::done;
}

ExitStatus show(const Demo& demo) {
  const unsigned width = output_width();
  print(fmt::format("{}: {}\n\n", demo.name, demo.help) + paragraph(demo.watch, width));
  std::optional<std::size_t> expected;
  if (demo.find != nullptr) {
    print("\n");
    expected = ask(demo.question, width);
  }
  if (!show_slowly(demo)) return ExitStatus::interrupted;
  DemoResults results;
  for (const std::string_view run : demo.runs) {
    const ExitStatus status = show_run(demo, run, results);
    if (status != ExitStatus::done) return status;
  }
  if (demo.find != nullptr) {
    print("\nWhat you have seen\n" +
          finding_text(demo.question, demo.find(results), expected, width));
  }
  print("\nTo repeat what was measured:\n");
  for (const std::string_view run : demo.runs) print(fmt::format("  bulkhead run {}\n", run));
  return ExitStatus::done;
}

}  // namespace

std::string demo_help(unsigned width) {
  return "usage: bulkhead demo [NAME]\n\n" +
         paragraph(
             "Shows one thing about walls by a small experiment of a few seconds, and the "
             "command that repeats it. Without a name, lists the demos:",
             width) +
         "\n" + demo_list(width);
}

ExitStatus demo_command(const Arguments& arguments) {
  const CommandLine line = read_command_line(arguments, {});
  const bool asks_for_help = std::any_of(
      arguments.begin(), arguments.end(),
      [](const std::string& argument) { return argument == "--help" || argument == "-h"; });
  if (asks_for_help || arguments.empty()) {
    print(demo_help(output_width()));
    return ExitStatus::done;
  }
  std::vector<std::string_view> names;
  for (const Demo& demo : all_demos()) names.push_back(demo.name);
  Mistakes mistakes = line.mistakes;
  for (const RawOption& option : line.options) {
    mistakes.push_back({option.where, unknown_option_text(option.name, {})});
  }
  for (std::size_t word = 1; word < line.words.size(); ++word) {
    mistakes.push_back({"NAME", in_quotes(line.words[word].text) + " is one word too many"});
  }
  const std::string name = line.words.empty() ? "" : line.words.front().text;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    mistakes.push_back({"NAME", fmt::format("{} is no demo: {}{}", in_quotes(name),
                                            any_of_text(names), suggestion(name, names))});
  }
  if (!mistakes.empty()) return refuse(mistakes, "bulkhead demo --help");
  return show(all_demos()[static_cast<std::size_t>(found - names.begin())]);
}

std::vector<Arguments> demo_show_lines() {
  std::vector<Arguments> lines;
  for (const Demo& demo : all_demos()) {
    if (!demo.live.empty()) lines.push_back(words_of(demo.live));
  }
  return lines;
}

std::vector<Arguments> demo_command_lines() {
  std::vector<Arguments> lines;
  for (const Demo& demo : all_demos()) {
    for (const std::string_view run : demo.runs) {
      Arguments words = words_of(run);
      words.insert(words.begin(), "run");
      lines.push_back(std::move(words));
    }
  }
  return lines;
}

}  // namespace bulkhead

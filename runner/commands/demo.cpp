#include "runner/commands/demo.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cassert>

#include "runner/commands/console.hpp"
#include "runner/commands/live_show.hpp"
#include "runner/commands/run.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/options/command_line.hpp"
#include "runner/options/run_request.hpp"
#include "runner/options/suggest.hpp"

namespace bulkhead {
namespace {

struct Demo {
  std::string_view name;
  std::string_view help;               ///< One line, no full stop.
  std::string_view watch;              ///< What to look at in the table.
  std::vector<std::string_view> runs;  ///< What stands behind `bulkhead run`, one after the other.
  /// The same slowly enough to be watched, all modes at once; empty where there is nothing to see.
  std::string_view live = {};
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

ExitStatus show(const Demo& demo) {
  print(fmt::format("{}: {}\n\n", demo.name, demo.help) + paragraph(demo.watch, output_width()));
  if (!show_slowly(demo)) return ExitStatus::interrupted;
  for (const std::string_view run : demo.runs) {
    // A command line is for copying, so it is never broken.
    print(fmt::format("\n$ bulkhead run {}\n\n", run));
    const ExitStatus status = run_command(words_of(run));
    if (status != ExitStatus::done) return status;
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

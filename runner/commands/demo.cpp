#include "runner/commands/demo.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <optional>

#include "runner/commands/console.hpp"
#include "runner/commands/demo_list.hpp"
#include "runner/commands/live_show.hpp"
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
  brief.title = full.title;
  if (result.plan.workload->takes_lock == TakesLock::yes)
    brief.title += ", lock " + result.plan.lock;
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
  brief.exhibits = full.exhibits;
  return brief;
}

/// Runs of one mode each as the modes of one experiment, so that they stand side by side.
ExperimentResult side_by_side(const DemoResults& results,
                              const std::vector<std::string_view>& columns) {
  assert(results.size() == columns.size());
  ExperimentResult joined = results.front();
  joined.trials.clear();
  joined.plan.modes.clear();
  for (std::size_t run = 0; run < results.size(); ++run) {
    assert(results[run].plan.modes.size() == 1);
    joined.plan.modes.push_back(results[run].plan.modes.front());
    joined.plan.modes.back().name = columns[run];
    for (TrialRecord trial : results[run].trials) {
      trial.id.mode = static_cast<std::uint32_t>(run);
      joined.trials.push_back(std::move(trial));
    }
  }
  return joined;
}

void print_table(const Report& report) {
  const RenderStyle style =
      style_for({}, look_at_stream(STDOUT_FILENO), read_terminal_environment());
  print(render_report(report, "table", style));
}

/// Runs one command line, shows what came of it and keeps it.
ExitStatus show_run(const Demo& demo, std::string_view run, DemoResults& results) {
  // A command line is for copying, so it is never broken.
  const bool has_table = demo.columns.empty();
  print(fmt::format("\n$ bulkhead run {}\n{}", run, has_table ? "\n" : ""));
  if (demo.find == nullptr) return run_command(words_of(run));
  const RunRequest request = read_run_request(words_of(run), machine_defaults());
  assert(request.mistakes.empty());
  results.push_back(run_with_progress(request.plan, request.output.progress));
  if (has_table) print_table(brief_report(results.back(), demo.rows));
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
  if (!demo.columns.empty()) {
    print("\n");
    print_table(brief_report(side_by_side(results, demo.columns), demo.rows));
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

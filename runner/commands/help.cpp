#include "runner/commands/help.hpp"

#include <fmt/format.h>

#include <array>

#include "runner/commands/command.hpp"
#include "runner/commands/option_help.hpp"
#include "runner/commands/outcome.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/options/run_options.hpp"
#include "runner/options/suggest.hpp"
#include "runner/options/sweep_request.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view purpose =
    "bulkhead measures what the walls between processes cost, and what they save: it runs one "
    "workload as processes, as threads or as a mix of both, lets workers crash if asked to, and "
    "compares.";

constexpr std::array all_examples{
    Example{"bulkhead run counter", "processes against threads under one lock"},
    Example{"bulkhead run wordcount --precision 1%", "until the difference is known to 1 %"},
    Example{"bulkhead run bank --mode thread,process,2x2 --fault segv-null",
            "a worker crashes: who survives, and what is lost"},
    Example{"bulkhead batch configs/quick.ini",
            "ready experiments from a file, each trial kept as it finishes"},
    Example{"bulkhead run malloc --workers 8 --format json --output malloc.json",
            "every number, for other programs"},
};

constexpr std::array all_statuses{ExitStatus::done, ExitStatus::expectation_not_met,
                                  ExitStatus::usage, ExitStatus::host_refused,
                                  ExitStatus::interrupted};

std::string command_list(unsigned width) {
  std::vector<std::vector<std::string>> rows;
  for (const Command& command : commands()) {
    rows.push_back({fmt::format("{} {}", command.name, command.usage), std::string(command.help)});
  }
  return aligned(rows, width);
}

std::string example_list(unsigned width) {
  std::string text;
  for (const Example& example : all_examples) {
    // A command line is for copying, so it is never broken.
    text += fmt::format("  {}\n{}", example.command_line, paragraph(example.shows, width, 6));
  }
  return text;
}

std::string exit_code_list(unsigned width) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(std::size(all_statuses));
  for (const ExitStatus status : all_statuses) {
    rows.push_back({fmt::format("{}", static_cast<int>(status)), std::string(meaning_of(status))});
  }
  return aligned(rows, width);
}

std::string place_list(unsigned width) {
  return aligned({{"bulkhead run --help", "all options of a run"},
                  {"bulkhead run WORKLOAD --help", "the parameters of a workload too"},
                  {"bulkhead list", "what workloads, modes, locks, faults and formats there are"},
                  {"bulkhead --version", "version, compiler, build type, libraries"}},
                 width);
}

}  // namespace

std::span<const Example> examples() {
  return all_examples;
}

std::string short_help(unsigned width) {
  return paragraph(purpose, width) + "\nusage: bulkhead COMMAND ...\n\n" + command_list(width) +
         "\n" + paragraph("Begin with: " + std::string(all_examples.front().command_line), width) +
         paragraph("All of the help: bulkhead --help", width);
}

std::string program_help(unsigned width) {
  return paragraph(purpose, width) + "\nusage: bulkhead COMMAND ...\n\nCommands:\n" +
         command_list(width) + "\nExamples:\n" + example_list(width) + "\nExit codes:\n" +
         exit_code_list(width) + "\nWhat is where:\n" + place_list(width);
}

namespace {

std::string measures_help(const WorkloadEntry& workload, unsigned width) {
  if (workload.measures.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const Measure& measure : workload.measures) {
    rows.push_back({std::string(measure.name), std::string(measure.help)});
  }
  return "\nWhat this workload measures beyond what every run does, over the whole trial:\n" +
         aligned(rows, width);
}

std::string sweep_help(unsigned width) {
  const std::vector<OptionSpec> all = options_that_vary(nullptr);
  std::vector<std::string_view> names;
  for (const OptionSpec& option : all) {
    if (find_option(run_options(), option.name) != nullptr) names.push_back(option.name);
  }
  return "\n" +
         paragraph(
             fmt::format("Several values of a parameter of the workload, or of the options {}, "
                         "separated by commas, make a run of each, and of each "
                         "combination where several options have them.",
                         any_of_text(names)),
             width);
}

}  // namespace

std::string run_help(const WorkloadEntry* workload, unsigned width) {
  if (workload != nullptr) {
    return fmt::format("usage: bulkhead run {} [OPTION...]\n\n", workload->name) +
           paragraph(fmt::format("{}: {}. One operation is one {}.", workload->name, workload->help,
                                 workload->operation),
                     width) +
           option_help(options_of(*workload), width) + measures_help(*workload, width) +
           sweep_help(width);
  }
  std::vector<std::vector<std::string>> rows;
  for (const WorkloadEntry& entry : WorkloadRegistry::all()) {
    rows.push_back({std::string(entry.name), std::string(entry.help)});
  }
  return "usage: bulkhead run WORKLOAD [OPTION...]\n\n" +
         paragraph("Runs the workload in each mode, round by round, and compares the modes.",
                   width) +
         "\nWorkloads; bulkhead run WORKLOAD --help shows the parameters of one:\n" +
         aligned(rows, width) + option_help(run_options(), width) + sweep_help(width);
}

std::string help_of_help(unsigned width) {
  return "usage: bulkhead help [COMMAND] [--man]\n\n" +
         paragraph(
             "Explains the program, or one command of it. With --man, prints the manual page: "
             "bulkhead help --man | man -l -",
             width);
}

}  // namespace bulkhead

#include "runner/commands/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <system_error>

#include "runner/commands/batch.hpp"
#include "runner/commands/compare.hpp"
#include "runner/commands/console.hpp"
#include "runner/commands/demo.hpp"
#include "runner/commands/doctor.hpp"
#include "runner/commands/faults.hpp"
#include "runner/commands/help.hpp"
#include "runner/commands/list.hpp"
#include "runner/commands/man_page.hpp"
#include "runner/commands/report.hpp"
#include "runner/commands/run.hpp"
#include "runner/commands/shapes.hpp"
#include "runner/commands/version.hpp"
#include "runner/options/command_line.hpp"
#include "runner/options/suggest.hpp"

namespace bulkhead {
namespace {

ExitStatus list_command(const Arguments& arguments);
ExitStatus help_command(const Arguments& arguments);

constexpr std::array all_commands{
    Command{"run", "WORKLOAD", "measure a workload in several modes and compare them", run_command,
            [](unsigned width) { return run_help(nullptr, width); }},
    Command{"faults", "[WORKLOAD]", "strike every fault in every mode: the containment matrix",
            faults_command, faults_help},
    Command{"shapes", "[WORKLOAD]", "every way to share workers out, and which nobody dominates",
            shapes_command, shapes_help},
    Command{"batch", "FILE...", "run the experiments of config files and keep every trial",
            batch_command, batch_help},
    Command{"report", "DIR", "draw what a batch has kept, in any format", report_command,
            report_help},
    Command{"compare", "OLD NEW", "hold results of one batch against those of another",
            compare_command, compare_help},
    Command{"demo", "[NAME]", "show one thing about walls by a small experiment", demo_command,
            demo_help},
    Command{"doctor", "", "what this machine allows, and what will be left out", doctor_command,
            doctor_help},
    Command{"list", "WHAT", "list the workloads, modes, locks, faults or formats", list_command,
            list_help},
    Command{"help", "[COMMAND]", "explain the program or one command", help_command, help_of_help},
};

/// Options of the program itself and of the commands that have no others.
const std::vector<OptionSpec>& general_options() {
  static const std::vector<OptionSpec> options{
      {.group = "General", .name = "help", .kind = ValueKind::flag, .help = "show help and exit"},
      {.group = "General",
       .name = "version",
       .kind = ValueKind::flag,
       .help = "show version and build facts and exit"}};
  return options;
}

bool is_help(const std::string& argument) {
  return argument == "--help" || argument == "-h";
}

template <class Entries>
std::vector<std::string_view> names_of(const Entries& entries) {
  std::vector<std::string_view> names;
  for (const auto& entry : entries) names.push_back(entry.name);
  return names;
}

template <class Entries>
const auto* find_entry(const Entries& entries, std::string_view name) {
  for (const auto& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return static_cast<decltype(&*entries.begin())>(nullptr);
}

bool asks_for_help(const Arguments& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), is_help);
}

/// For commands that take one word at most: the word, empty if there is none, and all mistakes.
std::string only_word(const Arguments& arguments, std::string_view place, Mistakes& mistakes) {
  const CommandLine line = read_command_line(arguments, {});
  mistakes = line.mistakes;
  for (const RawOption& option : line.options) {
    mistakes.push_back({option.where, unknown_option_text(option.name, general_options())});
  }
  for (std::size_t index = 1; index < line.words.size(); ++index) {
    mistakes.push_back({std::string(place), in_quotes(line.words[index].text) +
                                                " is one word too many; one is enough"});
  }
  return line.words.empty() ? "" : line.words.front().text;
}

Mistake unknown_word(std::string_view place, std::string_view word,
                     const std::vector<std::string_view>& names) {
  return {std::string(place), fmt::format("{} is not known: {}{}", in_quotes(word),
                                          any_of_text(names), suggestion(word, names))};
}

ExitStatus list_command(const Arguments& arguments) {
  if (asks_for_help(arguments)) {
    print(list_help(output_width()));
    return ExitStatus::done;
  }
  Mistakes mistakes;
  const std::string word = only_word(arguments, "WHAT", mistakes);
  const ListSubject* subject = find_entry(list_subjects(), word);
  if (!word.empty() && subject == nullptr) {
    mistakes.push_back(unknown_word("WHAT", word, names_of(list_subjects())));
  }
  if (!mistakes.empty()) return refuse(mistakes, "bulkhead list --help");
  print(subject == nullptr ? list_help(output_width()) : subject->text(output_width()));
  return ExitStatus::done;
}

ExitStatus help_command(const Arguments& arguments) {
  if (asks_for_help(arguments)) {
    print(help_of_help(output_width()));
    return ExitStatus::done;
  }
  if (arguments == Arguments{"--man"}) {
    print(man_page());
    return ExitStatus::done;
  }
  Mistakes mistakes;
  const std::string word = only_word(arguments, "COMMAND", mistakes);
  const Command* command = find_entry(commands(), word);
  if (!word.empty() && command == nullptr) {
    mistakes.push_back(unknown_word("COMMAND", word, names_of(commands())));
  }
  if (!mistakes.empty()) return refuse(mistakes, "bulkhead --help");
  print(command == nullptr ? program_help(output_width()) : command->help_text(output_width()));
  return ExitStatus::done;
}

ExitStatus refuse_command(const std::string& word) {
  if (word.starts_with('-')) {
    const std::string name = word.substr(std::min<std::size_t>(word.find_first_not_of('-'), 2));
    return refuse({{word, unknown_option_text(name, general_options())}}, "bulkhead --help");
  }
  return refuse({unknown_word("COMMAND", word, names_of(commands()))}, "bulkhead --help");
}

ExitStatus dispatch(const Arguments& arguments) {
  if (arguments.empty()) {
    print_error(short_help(output_width()));
    return ExitStatus::usage;
  }
  const std::string& word = arguments.front();
  const Arguments rest(arguments.begin() + 1, arguments.end());
  if (is_help(word)) return help_command(rest);
  if (word == "--version") {
    print(version_text(read_host_facts()));
    return ExitStatus::done;
  }
  const Command* command = find_entry(commands(), word);
  if (command == nullptr) return refuse_command(word);
  return command->run(rest);
}

}  // namespace

std::span<const Command> commands() {
  return all_commands;
}

ExitStatus run_program(const Arguments& arguments) noexcept {
  try {
    return dispatch(arguments);
  } catch (const std::system_error& error) {
    print_error(fmt::format("bulkhead: {}\n", error.what()));
  } catch (const std::bad_alloc&) {
    print_error("bulkhead: out of memory\n");
  } catch (const std::exception& error) {
    print_error(fmt::format("bulkhead: unexpected, and so a bug of bulkhead: {}\n", error.what()));
  }
  return ExitStatus::host_refused;
}

}  // namespace bulkhead

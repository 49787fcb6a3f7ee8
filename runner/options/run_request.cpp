#include "runner/options/run_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/options/checked_options.hpp"
#include "runner/options/command_line.hpp"
#include "runner/options/run_options.hpp"
#include "runner/options/suggest.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view workload_place = "WORKLOAD";

/// The words that can be meant as the workload: what stands behind an unknown option is most likely
/// its value, unless it is the only name of a workload.
std::vector<std::string> candidates(const std::vector<CommandLine::Word>& words) {
  std::vector<std::string> certain;
  for (const CommandLine::Word& word : words) {
    if (word.place == CommandLine::Word::Place::certain) certain.push_back(word.text);
  }
  if (!certain.empty()) return certain;
  for (const CommandLine::Word& word : words) {
    if (WorkloadRegistry::find(word.text) != nullptr) return {word.text};
  }
  return {};
}

const WorkloadEntry* find_workload(const std::vector<CommandLine::Word>& words,
                                   RunRequest::Wish wish, const WorkloadEntry* otherwise,
                                   Mistakes& mistakes) {
  const std::vector<std::string> names = candidates(words);
  const std::string place(workload_place);
  if (names.empty()) {
    if (otherwise != nullptr) return otherwise;
    if (wish == RunRequest::Wish::run) {
      mistakes.push_back({place, "is missing: " + any_of_text(workload_names())});
    }
    return nullptr;
  }
  for (std::size_t index = 1; index < names.size(); ++index) {
    mistakes.push_back(
        {place, fmt::format("{} is one word too many behind {}; only one workload runs at a time",
                            in_quotes(names[index]), in_quotes(names[0]))});
  }
  const WorkloadEntry* workload = WorkloadRegistry::find(names[0]);
  if (workload == nullptr) {
    mistakes.push_back({place, unknown_workload_text(names[0])});
  }
  return workload;
}

/// The workloads that have such a parameter.
std::vector<std::string_view> owners_of(std::string_view parameter) {
  std::vector<std::string_view> owners;
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    for (const Parameter& declared : workload.parameters) {
      if (declared.name == parameter) owners.push_back(workload.name);
    }
    for (const Shorthand& shorthand : workload.shorthands) {
      if (shorthand.name == parameter) owners.push_back(workload.name);
    }
  }
  return owners;
}

/// With what the workload's shorthands stand for, where it is not given otherwise.
std::vector<RawOption> spelled_out(std::vector<RawOption> options, const WorkloadEntry* workload) {
  if (workload == nullptr) return options;
  const auto given = [&options](std::string_view name) {
    return std::find_if(options.begin(), options.end(),
                        [name](const RawOption& option) { return option.name == name; });
  };
  for (const Shorthand& shorthand : workload->shorthands) {
    const auto found = given(shorthand.name);
    if (found == options.end()) continue;
    const std::string where = found->where;
    std::erase_if(options, [&](const RawOption& option) { return option.name == shorthand.name; });
    for (const auto& [name, value] : shorthand.stands_for) {
      if (given(name) != options.end()) continue;
      options.push_back({std::string(name), std::string(value), where});
    }
  }
  return options;
}

/// The options that `known` knows, with a mistake for each of the others.
std::vector<RawOption> keep_known(const std::vector<RawOption>& options,
                                  const std::vector<OptionSpec>& known,
                                  const WorkloadEntry* workload, Mistakes& mistakes) {
  std::vector<RawOption> kept;
  for (const RawOption& option : options) {
    if (find_option(known, option.name) != nullptr) {
      kept.push_back(option);
      continue;
    }
    const std::vector<std::string_view> owners = owners_of(option.name);
    if (owners.empty()) {
      mistakes.push_back({option.where, unknown_option_text(option.name, known)});
    } else if (workload != nullptr) {
      mistakes.push_back({option.where, fmt::format("is a parameter of {}, not of {}",
                                                    any_of_text(owners), workload->name)});
    }
  }
  return kept;
}

}  // namespace

RunRequest check_run_options(const WorkloadEntry* workload, const std::vector<RawOption>& given,
                             const MachineDefaults& machine) {
  RunRequest request;
  request.workload = workload;
  Mistakes& mistakes = request.mistakes;
  const std::vector<OptionSpec> specs = workload != nullptr ? options_of(*workload) : run_options();
  const CheckedOptions options(specs, keep_known(given, specs, workload, mistakes), mistakes);
  request.plan = build_plan(workload, options, machine, mistakes);
  request.output = build_output_choice(options, mistakes);
  return request;
}

RunRequest read_run_request(const CommandLine& line, const WorkloadEntry* otherwise,
                            const MachineDefaults& machine) {
  RunRequest request;
  const bool help_asked =
      std::any_of(line.options.begin(), line.options.end(),
                  [](const RawOption& option) { return option.name == "help"; });
  if (help_asked) request.wish = RunRequest::Wish::help;
  request.workload = find_workload(line.words, request.wish, otherwise, request.mistakes);
  // Whoever asks for help may be in the middle of an unfinished line.
  if (help_asked) return request;

  RunRequest checked =
      check_run_options(request.workload, spelled_out(line.options, request.workload), machine);
  checked.mistakes.insert(checked.mistakes.begin(), line.mistakes.begin(), line.mistakes.end());
  checked.mistakes.insert(checked.mistakes.begin(), request.mistakes.begin(),
                          request.mistakes.end());
  return checked;
}

RunRequest read_run_request(const std::vector<std::string>& arguments,
                            const MachineDefaults& machine) {
  return read_run_request(read_command_line(arguments, options_of_any_workload()), nullptr,
                          machine);
}

}  // namespace bulkhead

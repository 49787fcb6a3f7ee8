#include "runner/options/sweep_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/options/option_matrix.hpp"
#include "runner/options/run_options.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view mode_name = "mode";

/// Leaves those out that `known` has: the runs of one line share most of their mistakes.
void keep_new(Mistakes& mistakes, Mistakes& known) {
  std::erase_if(mistakes, [&known](const Mistake& mistake) {
    return std::any_of(known.begin(), known.end(), [&mistake](const Mistake& other) {
      return other.where == mistake.where && other.what == mistake.what;
    });
  });
  known.insert(known.end(), mistakes.begin(), mistakes.end());
}

bool gives_mode(const CommandLine& line) {
  return std::any_of(line.options.begin(), line.options.end(),
                     [](const RawOption& option) { return option.name == mode_name; });
}

/// The line with the values of one combination.
CommandLine line_of(const CommandLine& line, Combination combination) {
  CommandLine one = line;
  one.options = std::move(combination.options);
  // What the matrix takes for granted was not given.
  if (!gives_mode(line)) {
    std::erase_if(one.options, [](const RawOption& option) { return option.name == mode_name; });
  }
  return one;
}

}  // namespace

std::vector<OptionSpec> options_that_vary(const WorkloadEntry* workload) {
  std::vector<OptionSpec> options =
      borrowed_options("", {"workers", "lock", "spin", "libc", "pin"});
  const std::vector<OptionSpec> all =
      workload != nullptr ? options_of(*workload) : options_of_any_workload();
  for (const OptionSpec& option : all) {
    const bool is_own = find_option(run_options(), option.name) == nullptr;
    const bool is_one_value =
        option.kind != ValueKind::flag && option.kind != ValueKind::text_files;
    if (is_own && is_one_value) options.push_back(option);
  }
  return options;
}

std::vector<RunRequest> read_run_requests(const std::vector<std::string>& arguments,
                                          const MachineDefaults& machine) {
  const CommandLine line = read_command_line(arguments, options_of_any_workload());
  RunRequest only = read_run_request(line, nullptr, machine);
  Mistakes known;
  std::vector<OptionSpec> lists = options_that_vary(only.workload);
  lists.push_back(*find_option(run_options(), mode_name));
  const OptionMatrix matrix(line.options, lists, {}, known);
  if (only.wish == RunRequest::Wish::help || matrix.size() == 1) return {std::move(only)};
  if (matrix.size() > most_runs_of_a_line) {
    only.mistakes = {{"lists", fmt::format("make {} runs, more than the {} of one line: a batch "
                                           "keeps each trial and can be gone on with "
                                           "(see bulkhead batch --help)",
                                           matrix.size(), most_runs_of_a_line)}};
    return {std::move(only)};
  }
  std::vector<RunRequest> requests;
  for (std::uint64_t index = 0; index < matrix.size(); ++index) {
    std::optional<Combination> combination = matrix.at(index);
    std::string label = std::move(combination->label);
    requests.push_back(read_run_request(line_of(line, std::move(*combination)), nullptr, machine));
    requests.back().label = std::move(label);
    Mistakes& own = requests.back().mistakes;
    if (index == 0) {
      own.insert(own.begin(), known.begin(), known.end());
      known.clear();
    }
    keep_new(own, known);
  }
  return requests;
}

}  // namespace bulkhead

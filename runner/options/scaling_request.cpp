#include "runner/options/scaling_request.hpp"

#include <algorithm>

#include "runner/options/run_options.hpp"
#include "runner/options/split.hpp"

namespace bulkhead {
namespace {

/// The option that says how many workers there are, if it is given once; twice is a mistake that
/// somebody else tells.
RawOption* find_workers_option(CommandLine& line) {
  const auto is_workers = [](const RawOption& option) { return option.name == "workers"; };
  if (std::count_if(line.options.begin(), line.options.end(), is_workers) != 1) return nullptr;
  return &*std::find_if(line.options.begin(), line.options.end(), is_workers);
}

/// Leaves those out that `known` has: each run of one line has most of its mistakes.
void keep_new(Mistakes& mistakes, const Mistakes& known) {
  std::erase_if(mistakes, [&known](const Mistake& mistake) {
    return std::any_of(known.begin(), known.end(), [&mistake](const Mistake& other) {
      return other.where == mistake.where && other.what == mistake.what;
    });
  });
}

}  // namespace

std::vector<RunRequest> read_run_requests(const std::vector<std::string>& arguments,
                                          const MachineDefaults& machine) {
  CommandLine line = read_command_line(arguments, options_of_any_workload());
  RawOption* workers = find_workers_option(line);
  if (workers == nullptr) return {read_run_request(line, nullptr, machine)};
  std::vector<RunRequest> requests;
  const std::string list = workers->value;
  for (const std::string_view number : split_at_commas(list)) {
    workers->value = std::string(number);
    RunRequest request = read_run_request(line, nullptr, machine);
    if (!requests.empty()) keep_new(request.mistakes, requests.front().mistakes);
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace bulkhead

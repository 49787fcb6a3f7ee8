#include "runner/options/shapes_request.hpp"

#include <fmt/format.h>

#include "runner/options/own_defaults.hpp"
#include "runner/options/run_options.hpp"
#include "runner/options/units.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view default_workers = "4";

/// They would change what the shapes are compared by.
constexpr std::string_view excluded_here[] = {"operations"};

constexpr OwnDefault shapes_defaults[] = {{"workers", default_workers},
                                          {"trials", "7"},
                                          {"fault", "kill-9@1:ms=50"},
                                          {"restart", "one-for-one"}};

/// Of how many workers the grid is; what cannot be read is somebody else's mistake to tell.
std::uint32_t workers_meant(const std::vector<RawOption>& options) {
  std::string_view text = default_workers;
  for (const RawOption& option : options) {
    if (option.name == "workers") text = option.value;
  }
  std::uint32_t count = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9' || count > 100'000) return 1;
    count = count * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return std::max(count, 1u);
}

}  // namespace

std::string shape_grid(std::uint32_t worker_count) {
  std::string grid(thread_mode);
  for (std::uint32_t processes = 2; processes < worker_count; ++processes) {
    if (worker_count % processes != 0) continue;
    grid += fmt::format(",{}x{}", processes, worker_count / processes);
  }
  if (worker_count > 1) grid.append(",").append(process_mode);
  return grid;
}

std::vector<OptionSpec> shapes_options() {
  std::vector<OptionSpec> options = run_options_with(shapes_defaults, excluded_here);
  for (OptionSpec& option : options) {
    if (option.name != "mode") continue;
    option.default_text = "";
    option.default_note = "every way to share out the workers";
  }
  return options;
}

RunRequest read_shapes_request(const std::vector<std::string>& arguments,
                               const MachineDefaults& machine) {
  CommandLine line = read_command_line(arguments, options_of_any_workload());
  Mistakes mistakes;
  refuse_excluded(line.options, excluded_here, "shapes", mistakes);
  const std::string grid = shape_grid(workers_meant(line.options));
  add_defaults(line.options, shapes_defaults);
  add_default(line.options, "mode", grid);
  RunRequest request = read_run_request(line, WorkloadRegistry::find(usual_workload), machine);
  request.mistakes.insert(request.mistakes.end(), mistakes.begin(), mistakes.end());
  return request;
}

}  // namespace bulkhead

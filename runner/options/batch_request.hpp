// What a command line of `batch` asks for: the experiments of all its config files, or all mistakes
// of the line and of every file at once. A key of a section is an option of `bulkhead run`, checked
// by the same code with the same words; options on the command line stand above all files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/batch/batch_plan.hpp"
#include "runner/options/config_file.hpp"
#include "runner/options/run_request.hpp"

namespace bulkhead {

struct BatchRequest {
  enum class Wish { run, show_plan, help } wish = Wish::run;
  BatchPlan plan;
  std::string directory;  ///< For the results.
  OutputChoice output;    ///< Of the overview: colour, width, progress.
  Mistakes mistakes;      ///< Empty, or nothing else counts.
};

/// `arguments` come after `bulkhead batch`.
[[nodiscard]] BatchRequest read_batch_request(const std::vector<std::string>& arguments,
                                              const MachineDefaults& machine);

/// Options of a run that say where a result goes and how it looks: a batch keeps results in its
/// directory, so they stand in no config file.
inline constexpr std::string_view options_about_output[] = {"format", "output", "color",
                                                            "width",  "quiet",  "help"};

/// Options of the command line alone, for its help.
[[nodiscard]] const std::vector<OptionSpec>& batch_options();

/// Keys of config files beside the options of a run, for its help.
[[nodiscard]] const std::vector<OptionSpec>& batch_keys();

}  // namespace bulkhead

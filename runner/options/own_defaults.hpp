// Commands that are a run with other defaults: what they do unless told otherwise.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/options/command_line.hpp"

namespace bulkhead {

/// The workload of a command that needs one and is given none.
inline constexpr std::string_view usual_workload = "bank";

struct OwnDefault {
  std::string_view option;
  std::string_view value;
};

[[nodiscard]] inline bool is_given(const std::vector<RawOption>& options, std::string_view name) {
  return std::any_of(options.begin(), options.end(),
                     [name](const RawOption& option) { return option.name == name; });
}

/// Adds the option as if the user had given it, unless the user did.
void add_default(std::vector<RawOption>& options, std::string_view option, std::string_view value);

/// Adds what the user left to us; no number of workers where a mode PxT says it.
void add_defaults(std::vector<RawOption>& options, std::span<const OwnDefault> defaults);

/// The options of a run as this command has them: without those that mean nothing here, with its
/// defaults.
[[nodiscard]] std::vector<OptionSpec> run_options_with(std::span<const OwnDefault> defaults,
                                                       std::span<const std::string_view> left_out);

/// Takes the excluded options out and says that they mean nothing for `bulkhead COMMAND`.
void refuse_excluded(std::vector<RawOption>& options, std::span<const std::string_view> left_out,
                     std::string_view command, Mistakes& mistakes);

}  // namespace bulkhead

// Texts that explain the program and its commands. Pure: made from the tables of commands, options,
// exit codes and plug-ins, so that they mention what exists and nothing else.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "workloads/workload.hpp"

namespace bulkhead {

/// A few lines for who typed the bare name.
[[nodiscard]] std::string short_help(unsigned width);

/// All of it: commands, examples, exit codes, what is where.
[[nodiscard]] std::string program_help(unsigned width);

/// Help of `run`: in general for a null workload, else with its parameters.
[[nodiscard]] std::string run_help(const WorkloadEntry* workload, unsigned width);

/// Help of `help`.
[[nodiscard]] std::string help_of_help(unsigned width);

/// A command line and what it shows.
struct Example {
  std::string_view command_line;
  std::string_view shows;
};
[[nodiscard]] std::span<const Example> examples();

}  // namespace bulkhead

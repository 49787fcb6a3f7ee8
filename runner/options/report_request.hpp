// What a command line of `report` asks for.
#pragma once

#include <string>
#include <vector>

#include "runner/options/command_line.hpp"
#include "runner/options/mistake.hpp"
#include "runner/options/output_choice.hpp"

namespace bulkhead {

struct ReportRequest {
  enum class Wish { report, help } wish = Wish::report;
  std::string directory;
  /// Names of experiments, or their beginnings; empty: all.
  std::vector<std::string> only;
  OutputChoice output;
  Mistakes mistakes;
};

[[nodiscard]] const std::vector<OptionSpec>& report_options();

/// `arguments` come after `bulkhead report`.
[[nodiscard]] ReportRequest read_report_request(const std::vector<std::string>& arguments);

/// Directories with results, as words of a command line: exactly so many, named in `places`.
[[nodiscard]] std::vector<std::string> read_directories(const CommandLine& line,
                                                        const std::vector<std::string_view>& places,
                                                        Mistakes& mistakes);

}  // namespace bulkhead

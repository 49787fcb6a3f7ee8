#include "runner/commands/option_help.hpp"

#include <fmt/format.h>

#include "runner/commands/text_layout.hpp"

namespace bulkhead {
namespace {

std::string term(const OptionSpec& option) {
  return option.argument.empty() ? fmt::format("--{}", option.name)
                                 : fmt::format("--{} {}", option.name, option.argument);
}

/// "help (default: x; 1 to 9; may be repeated)".
std::string description(const OptionSpec& option) {
  std::string details;
  const auto add = [&details](const std::string& detail) {
    if (!detail.empty()) details += (details.empty() ? "" : "; ") + detail;
  };
  const std::string standard =
      option.default_text.empty() ? option.default_note : option.default_text;
  add(standard.empty() ? "" : "default: " + standard);
  add(allowed_text(option));
  add(option.occurs == Occurs::many ? "may be repeated" : "");
  return details.empty() ? option.help : fmt::format("{} ({})", option.help, details);
}

}  // namespace

std::string option_help(const std::vector<OptionSpec>& options, unsigned width) {
  std::string text;
  for (auto option = options.begin(); option != options.end();) {
    const std::string_view group = option->group;
    std::vector<std::vector<std::string>> rows;
    for (; option != options.end() && option->group == group; ++option) {
      rows.push_back({term(*option), description(*option)});
    }
    text += fmt::format("\n{}:\n{}", group, aligned(rows, width));
  }
  return text;
}

}  // namespace bulkhead

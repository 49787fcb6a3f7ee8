#include "runner/commands/option_help.hpp"

#include <fmt/format.h>

#include "runner/commands/text_layout.hpp"

namespace bulkhead {
namespace {

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

template <class Term>
std::string grouped_help(const std::vector<OptionSpec>& options, Term term, unsigned width) {
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

}  // namespace

std::string option_help(const std::vector<OptionSpec>& options, unsigned width) {
  const auto term = [](const OptionSpec& option) {
    return option.argument.empty() ? fmt::format("--{}", option.name)
                                   : fmt::format("--{} {}", option.name, option.argument);
  };
  return grouped_help(options, term, width);
}

std::string key_help(const std::vector<OptionSpec>& keys, unsigned width) {
  const auto term = [](const OptionSpec& key) {
    return fmt::format("{} = {}", key.name, key.argument);
  };
  return grouped_help(keys, term, width);
}

}  // namespace bulkhead

// Lists as users write them: separated by commas. Pure.
#pragma once

#include <string_view>
#include <vector>

namespace bulkhead {

/// The parts of "a,b": one more than there are commas, empty ones too. Into `list`.
[[nodiscard]] inline std::vector<std::string_view> split_at_commas(std::string_view list) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t comma = list.find(',');
    parts.push_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    list.remove_prefix(comma + 1);
  }
}

/// The text without blanks around it. Into `text`.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace bulkhead

// One field of CSV as RFC 4180 wants it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace bulkhead {

/// In quotes when it holds a comma, a quote or a line break; quotes inside are doubled.
[[nodiscard]] inline std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + '"';
}

}  // namespace bulkhead

// What a user got wrong. Collected, never thrown: one look at the output shows all mistakes of a
// command line at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

struct Mistake {
  std::string where;  ///< "--workers", or the file, line and key of a config.
  std::string what;   ///< What is wrong, what is allowed, what was probably meant.
};

using Mistakes = std::vector<Mistake>;

/// Text of a user in quotes, cut where it is too long to read, and with nothing in it that could
/// move a cursor.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// All mistakes, one a line, under a headline that says that nothing happened.
[[nodiscard]] std::string describe(const Mistakes& mistakes);

}  // namespace bulkhead

// Text for terminals: what may be written at all, how wide it is, how it is broken into lines.
// Reports hold bytes that users and crashing workers wrote, so nothing is taken for valid. Pure. A
// character is a Unicode code point and counts one column; combining and wide ones are miscounted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

/// Safe to write to a terminal, on one line: line feeds and tabs become blanks, other control
/// characters and bytes that are not UTF-8 become '?'.
[[nodiscard]] std::string printable(std::string_view text);

/// Each character outside ASCII becomes '?'.
[[nodiscard]] std::string ascii_only(std::string_view text);

/// Columns that the text takes. Requires valid UTF-8, as printable() answers.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The width of its longest word; a number and its unit are one.
[[nodiscard]] std::size_t longest_word(std::string_view text);

/// Broken at blanks into lines of at most `width` columns, but not between a number and its unit;
/// only a longer word is cut. Blanks at the very beginning are kept, as an indent. At least one
/// line, maybe empty. Requires width > 0.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace bulkhead

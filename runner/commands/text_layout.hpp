// Plain text in columns that fits a width: what help and lists are drawn with. Pure. For ASCII; a
// word that is longer than the width stands on a line of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

/// The words of `text` in lines of at most `width` columns, each indented. Ends with a line feed.
[[nodiscard]] std::string paragraph(std::string_view text, unsigned width, unsigned indent = 0);

/// Rows of the same number of cells, in columns that line up, two columns indented; the last cell
/// continues under itself. Where that leaves it too little room it begins on the next line.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows,
                                  unsigned width);

}  // namespace bulkhead

// The name that somebody who mistyped one most likely meant. For the messages about unknown names.
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

/// Fewest insertions, deletions, replacements and swaps of neighbours that make one text the other,
/// no part being changed twice (optimal string alignment). Letters of ASCII count as equal in
/// either case.
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);

/// The name nearest to what was typed, the first of several; empty when none is near: a third of
/// its letters may be wrong, or all but the first three missing.
[[nodiscard]] std::string_view nearest_name(std::string_view typed,
                                            const std::vector<std::string_view>& names);

/// "; did you mean 'thread'?", or nothing when no name is near: the end of a message.
[[nodiscard]] std::string suggestion(std::string_view typed,
                                     const std::vector<std::string_view>& names);

/// "a, b or c".
[[nodiscard]] std::string any_of_text(const std::vector<std::string_view>& names);

}  // namespace bulkhead

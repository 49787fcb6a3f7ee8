// The distance that keeps two writers off one cache line. Ours, because clang 14 lacks
// std::hardware_destructive_interference_size and g++ warns where it is used in a header.
#pragma once

#include <cstddef>

namespace bulkhead {

inline constexpr std::size_t cache_line_bytes = 64;

/// Where two writers are to stay quite apart. Second-level caches fetch a neighbour along: Intel's
/// the other line of a pair (spatial prefetcher), AMD's the line before or behind (up/down
/// prefetcher), say their optimization manuals.
inline constexpr std::size_t line_pair_bytes = 2 * cache_line_bytes;

}  // namespace bulkhead

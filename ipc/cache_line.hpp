// The distance that keeps two writers off one cache line. Ours, because clang 14 lacks
// std::hardware_destructive_interference_size and g++ warns where it is used in a header.
#pragma once

#include <cstddef>

namespace bulkhead {

inline constexpr std::size_t cache_line_bytes = 64;

/// Where two writers are to stay quite apart: the prefetchers of Intel's and AMD's second-level
/// caches fetch lines in pairs, and take the neighbour's along.
inline constexpr std::size_t line_pair_bytes = 2 * cache_line_bytes;

}  // namespace bulkhead

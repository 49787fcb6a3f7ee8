// The distance that keeps two writers off one cache line. Ours, because clang 14 lacks
// std::hardware_destructive_interference_size and g++ warns where it is used in a header.
#pragma once

#include <cstddef>

namespace bulkhead {

inline constexpr std::size_t cache_line_bytes = 64;

}  // namespace bulkhead

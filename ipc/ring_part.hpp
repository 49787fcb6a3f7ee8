// Distances in a ring, counted in messages.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bulkhead {

/// A part of the ring in messages, one at least. Of a large ring as of one of 1024: distances and
/// rests have a bound.
template <class Ring>
[[nodiscard]] std::uint64_t part_of(const Ring& ring, std::uint64_t divisor) noexcept {
  constexpr std::uint64_t large = 1024;
  return std::max<std::uint64_t>(std::min<std::uint64_t>(ring.capacity(), large) / divisor, 1);
}

}  // namespace bulkhead

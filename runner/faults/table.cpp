#include "runner/faults/table.hpp"

#include <algorithm>

#include "runner/faults/opaque.hpp"

namespace bulkhead {

// Others write to it meanwhile, which a fault may ignore and a sanitizer must.
BULKHEAD_FAULT std::span<std::uint64_t> largest_table(std::span<std::byte> arena,
                                                      std::size_t fewest_words) {
  constexpr std::size_t most_bytes = std::size_t{256} << 10;
  const std::span words(reinterpret_cast<std::uint64_t*>(arena.data()),
                        std::min(arena.size(), most_bytes) / sizeof(std::uint64_t));
  std::span<std::uint64_t> longest;
  std::size_t start = 0;
  for (std::size_t index = 0; index < words.size(); ++index) {
    if (words[index] == 0) start = index + 1;
    const std::size_t length = index + 1 - start;
    if (length > longest.size()) longest = words.subspan(start, length);
  }
  return longest.size() < fewest_words ? std::span<std::uint64_t>() : longest;
}

}  // namespace bulkhead

// Where the workload keeps its data, found without knowing the workload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bulkhead {

/// The longest row of words of the arena that are not zero: what the workload keeps much of. Empty
/// where there is none of at least `fewest_words`; a short one may be a lock or the allocator's,
/// whose ruin would be another fault. Looks only at the beginning: looking at pages that nobody has
/// used makes them used.
[[nodiscard]] std::span<std::uint64_t> largest_table(std::span<std::byte> arena,
                                                     std::size_t fewest_words);

}  // namespace bulkhead

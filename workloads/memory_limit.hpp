// How much memory this process may have: the machine's, or its control group's where that is less.
#pragma once

#include <cstdint>
#include <string>

namespace bulkhead {

/// Of the group itself and of all above it, of either version (memory.max; memory.limit_in_bytes of
/// version 1), as far as they are to be seen where they usually are mounted; all bits one where
/// there is none. `root` is put before the paths, for tests.
[[nodiscard]] std::uint64_t group_memory_limit_bytes(const std::string& root = "");

/// Why so many workers cannot have so much memory of their own each, or empty: for a workload's
/// objection.
[[nodiscard]] std::string too_much_memory(std::uint64_t bytes_each, std::uint32_t worker_count);

}  // namespace bulkhead

// Workers in pairs: 0 with 1, 2 with 3.
#pragma once

#include <cstdint>
#include <string>

namespace bulkhead {

/// Why so many workers make no pairs, or empty: for a workload's objection.
[[nodiscard]] inline std::string odd_workers(std::uint32_t worker_count) {
  if (worker_count % 2 == 0) return "";
  return std::to_string(worker_count) + " workers make no pairs: take an even number";
}

}  // namespace bulkhead

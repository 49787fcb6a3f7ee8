// Workers in pairs: 0 with 1, 2 with 3.
#pragma once

#include <cstdint>
#include <string>

#include "workloads/workload.hpp"

namespace bulkhead {

/// A workload's objection to workers that make no pairs.
[[nodiscard]] inline Objection odd_workers(std::uint32_t worker_count) {
  if (worker_count % 2 == 0) return {};
  return {"workers", std::to_string(worker_count) + " workers make no pairs: take an even number"};
}

}  // namespace bulkhead

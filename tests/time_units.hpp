// Durations in tests, in nanoseconds: `200 * ms`.
#pragma once

#include "ipc/clock.hpp"

namespace bulkhead {

inline constexpr std::int64_t ms = ns_per_ms;
inline constexpr std::int64_t s = ns_per_second;

}  // namespace bulkhead

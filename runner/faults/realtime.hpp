// Realtime priorities, for faults that push ordinary work aside with one.
#pragma once

#include <sched.h>

#include <cstdint>
#include <string>

#include "ipc/clock.hpp"

namespace bulkhead {

/// So long may ordinary work stand still.
inline constexpr std::int64_t longest_realtime_ns = 125 * ns_per_ms;

/// The lowest realtime priority, or so many above it.
[[nodiscard]] inline sched_param realtime_priority(int above = 0) noexcept {
  return {sched_get_priority_min(SCHED_FIFO) + above};
}

/// Why this user cannot have one; empty where he can. The caller's own is as it was afterwards.
[[nodiscard]] inline std::string realtime_obstacle() {
  sched_param before{};
  const int policy = sched_getscheduler(0);
  if (policy < 0 || sched_getparam(0, &before) != 0) return "priorities are not readable";
  const sched_param priority = realtime_priority();
  if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) {
    return "this user may not have a realtime priority (ulimit -r)";
  }
  sched_setscheduler(0, policy, &before);
  return "";
}

}  // namespace bulkhead

// Faults that go on for a while: how long, and the two ways to let the time pass.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "ipc/clock.hpp"
#include "ipc/futex.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead {

/// The parameter `for`. The trial may end earlier, and then the fault ends with its process.
[[nodiscard]] inline Parameter lasting(std::string_view default_text,
                                       std::int64_t at_most_ns = 60 * ns_per_second) {
  return {.name = "for",
          .kind = ParameterKind::duration,
          .default_text = default_text,
          .help = "how long it goes on",
          .min = ns_per_second / 1000,
          .max = at_most_ns};
}

/// From now until the time of the parameter `for` is over.
[[nodiscard]] inline Deadline end_of(const Strike& strike) {
  return Deadline::in(strike.parameters.number("for"));
}

/// Uses a CPU to the full. Async-signal-safe, and so fit for a child of a process with threads.
inline void spin_until(Deadline end) noexcept {
  while (!end.passed()) {
  }
}

/// Uses nothing, and sleeps on through signals and stray wakes. Async-signal-safe.
inline void sleep_until(Deadline end) noexcept {
  const std::atomic<std::uint32_t> never{0};
  while (!end.passed()) futex_wait(never, 0, end);
}

}  // namespace bulkhead

// Waiting on a word of shared memory, across processes. The standard's atomic wait, barriers and
// latches use private futexes in libstdc++ and never wake another process, so this is the kernel's
// call without the private flag. See futex(2).
#pragma once

#include <atomic>
#include <cstdint>

#include "ipc/clock.hpp"

namespace bulkhead {

enum class WaitResult { woken, timed_out };

/// Sleeps until `word` no longer holds `expected`, a wake comes, or the deadline passes. Returns
/// `woken` also for a spurious wake: the caller looks at the word again.
WaitResult futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                      Deadline deadline) noexcept;

/// The same without a deadline: until a wake or a signal comes. For threads with a Heartbeat, to
/// whom a timer for each call is too dear.
void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected) noexcept;

/// Wakes at most `count` waiters, in whatever process.
void futex_wake(const std::atomic<std::uint32_t>& word, int count) noexcept;

inline constexpr int wake_all = 0x7fffffff;

}  // namespace bulkhead

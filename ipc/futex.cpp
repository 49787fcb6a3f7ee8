#include "ipc/futex.hpp"

#include <linux/futex.h>

#include <cerrno>

#include "ipc/start_path.hpp"
#include "ipc/system_call.hpp"

namespace bulkhead {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

BULKHEAD_START_PATH WaitResult futex_wait(const std::atomic<std::uint32_t>& word,
                                          std::uint32_t expected, Deadline deadline) noexcept {
  // FUTEX_WAIT_BITSET takes an absolute time on CLOCK_MONOTONIC; plain FUTEX_WAIT a relative one,
  // which would stretch with every interruption.
  const timespec at = deadline.as_timespec();
  const long answer = system_call(SYS_futex, &word, FUTEX_WAIT_BITSET, expected, &at, nullptr,
                                  FUTEX_BITSET_MATCH_ANY);
  return answer == -ETIMEDOUT ? WaitResult::timed_out : WaitResult::woken;
}

BULKHEAD_START_PATH void futex_wait(const std::atomic<std::uint32_t>& word,
                                    std::uint32_t expected) noexcept {
  system_call(SYS_futex, &word, FUTEX_WAIT, expected, nullptr, nullptr, 0);
}

void futex_wake(const std::atomic<std::uint32_t>& word, int count) noexcept {
  system_call(SYS_futex, &word, FUTEX_WAKE, count, nullptr, nullptr, 0);
}

}  // namespace bulkhead

// Workers of one process take turns in what belongs to all of it. The word that they take turns by
// is an ordinary global, and so one for each process: what is copied needs no turn.
#pragma once

#include <sched.h>

#include <atomic>

#include "ipc/futex.hpp"
#include "ipc/wait_slice.hpp"
#include "workloads/worker.hpp"

namespace bulkhead {

class ProcessTurn {
 public:
  /// Waits for its turn for as long as the worker's patience lasts; see Patience for what it
  /// throws.
  explicit ProcessTurn(Worker& worker) {
    Patience patience(worker, worker.index());
    // Whoever had the last turn would have the next one, too: it is there, and others have to wake.
    for (int wait = 0; wait < courtesy && last_ == worker.index() + 1; ++wait) sched_yield();
    while (!take(Deadline::in(wait_slice_ns))) patience();
    last_ = worker.index() + 1;
  }

  /// For a way out, which must not throw: goes on without after a second.
  ProcessTurn() noexcept : has_it_(take(Deadline::in(ns_per_second))) {}

  ProcessTurn(const ProcessTurn&) = delete;
  ProcessTurn& operator=(const ProcessTurn&) = delete;
  ~ProcessTurn() {
    // Release: the next one sees what this one did.
    if (has_it_ && state_.exchange(free, std::memory_order_release) == held_with_waiters) {
      futex_wake(state_, 1);
    }
  }

 private:
  /// As FutexLock does. Waiters sleep: one that yields keeps the CPU from a task that the holder
  /// has just made, and that the kernel ranks behind everybody who is awake.
  static bool take(Deadline deadline) noexcept {
    std::uint32_t seen = free;
    // Acquire: pairs with the release above.
    if (state_.compare_exchange_strong(seen, held, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
      return true;
    }
    while (state_.exchange(held_with_waiters, std::memory_order_acquire) != free) {
      if (deadline.passed()) return false;
      futex_wait(state_, held_with_waiters, deadline);
    }
    return true;
  }

  static constexpr int courtesy = 4;
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t held_with_waiters = 2;

  static inline std::atomic<std::uint32_t> state_{free};
  static inline std::atomic<std::uint32_t> last_{0};
  bool has_it_ = true;
};

}  // namespace bulkhead

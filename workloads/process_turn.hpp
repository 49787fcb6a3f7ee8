// Workers of one process take turns in what belongs to all of it. Its mutex is an ordinary global,
// and so one for each process: what is copied needs no turn.
#pragma once

#include <sched.h>

#include <atomic>
#include <mutex>

#include "workloads/worker.hpp"

namespace bulkhead {

class ProcessTurn {
 public:
  /// Waits for its turn for as long as the worker's patience lasts; see Patience for what it
  /// throws.
  explicit ProcessTurn(Worker& worker) : lock_(mutex_, std::defer_lock) {
    Patience patience(worker, worker.index());
    // Whoever had the last turn would have the next one, too: it is there, and others have to wake.
    for (int wait = 0; wait < courtesy && last_ == worker.index() + 1; ++wait) sched_yield();
    while (!lock_.try_lock()) {
      patience();
      sched_yield();
    }
    last_ = worker.index() + 1;
  }

  /// For a way out, which must not throw: gives up after a second.
  ProcessTurn() noexcept : lock_(mutex_, std::defer_lock) {
    const Deadline patience = Deadline::in(ns_per_second);
    while (!lock_.try_lock() && !patience.passed()) sched_yield();
  }

 private:
  static constexpr int courtesy = 4;

  static inline std::mutex mutex_;
  static inline std::atomic<std::uint32_t> last_{0};
  std::unique_lock<std::mutex> lock_;
};

}  // namespace bulkhead

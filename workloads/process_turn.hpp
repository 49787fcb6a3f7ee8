// Workers of one process take turns in what belongs to all of it. Its mutex is an ordinary global,
// and so one for each process: what is copied needs no turn.
#pragma once

#include <chrono>
#include <mutex>

#include "workloads/worker.hpp"

namespace bulkhead {

class ProcessTurn {
 public:
  /// Waits for its turn for as long as the worker's patience lasts; see Patience for what it
  /// throws.
  explicit ProcessTurn(Worker& worker) : lock_(mutex_, std::defer_lock) {
    Patience patience(worker, worker.index());
    while (!lock_.try_lock_for(std::chrono::milliseconds(5))) patience();
  }

  /// For a way out, which must not throw: gives up after a second.
  ProcessTurn() noexcept : lock_(mutex_, std::defer_lock) {
    static_cast<void>(lock_.try_lock_for(std::chrono::seconds(1)));
  }

 private:
  static inline std::timed_mutex mutex_;
  std::unique_lock<std::timed_mutex> lock_;
};

}  // namespace bulkhead

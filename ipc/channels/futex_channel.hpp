// A ring in shared memory whose ends sleep on a futex: what a semaphore or a condition variable is
// made of.
#pragma once

#include "ipc/futex.hpp"
#include "ipc/sleeping_ring.hpp"

namespace bulkhead {

/// A word to sleep on. The sleeper says so first, and looks once more; whoever rings has done its
/// work before it looks for a sleeper. One of them sees the other.
class FutexBell {
 public:
  explicit FutexBell(Arena& arena) : state_(arena.construct<State>()) {}
  [[nodiscard]] static std::size_t arena_bytes() noexcept { return 2 * sizeof(State); }

  void ring() noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (state_->asleep.load(std::memory_order_relaxed) == 0) return;
    state_->asleep.store(0, std::memory_order_relaxed);
    futex_wake(state_->asleep, 1);
  }

  template <class Ready, class Patience>
  void sleep_until(const Ready& ready, Patience& patience) {
    for (;;) {
      state_->asleep.store(1, std::memory_order_relaxed);
      std::atomic_thread_fence(std::memory_order_seq_cst);
      if (ready()) break;
      futex_wait(state_->asleep, 1);
      if (ready()) break;
      patience();
    }
    state_->asleep.store(0, std::memory_order_relaxed);
  }

 private:
  struct alignas(cache_line_bytes) State {
    std::atomic<std::uint32_t> asleep{0};
  };
  State* state_;
};

class FutexChannel : public SleepingRing<FutexBell> {
 public:
  static constexpr ChannelDescription description{
      "futex", "ring in shared memory, whoever waits sleeps on a futex"};
  using SleepingRing::SleepingRing;
};

}  // namespace bulkhead

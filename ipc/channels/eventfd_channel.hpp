// A ring in shared memory whose ends sleep on an eventfd, as an event loop does.
#pragma once

#include <sys/eventfd.h>

#include "ipc/sleeping_ring.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead {

/// As FutexBell, but that the eventfd remembers a ring, so it may wake a sleeper once for nothing.
class EventfdBell {
 public:
  explicit EventfdBell(Arena& arena)
      : state_(arena.construct<State>()), event_(eventfd(0, EFD_CLOEXEC)) {
    if (!event_.open()) throw_errno("eventfd: wake the other end of a channel");
  }
  [[nodiscard]] static std::size_t arena_bytes() noexcept { return 2 * sizeof(State); }

  void ring() noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (state_->asleep.load(std::memory_order_relaxed) == 0) return;
    state_->asleep.store(0, std::memory_order_relaxed);
    const std::uint64_t one = 1;
    // Interrupted or full: then it has been rung before.
    static_cast<void>(!write(event_.get(), &one, sizeof one));
  }

  template <class Ready, class Patience>
  void sleep_until(const Ready& ready, Patience& patience) {
    for (;;) {
      state_->asleep.store(1, std::memory_order_relaxed);
      std::atomic_thread_fence(std::memory_order_seq_cst);
      if (ready()) break;
      std::uint64_t count = 0;
      static_cast<void>(!read(event_.get(), &count, sizeof count));
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
  UniqueFd event_;
};

class EventfdChannel : public SleepingRing<EventfdBell> {
 public:
  static constexpr ChannelDescription description{
      "eventfd", "ring in shared memory, whoever waits reads an eventfd"};
  using SleepingRing::SleepingRing;
};

}  // namespace bulkhead

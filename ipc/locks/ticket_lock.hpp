// The ticket lock: take a number, wait until it is served; first come, first served. A waiter that
// dies, or gives up at its deadline, leaves a number that nobody answers to: everybody behind it
// waits until his own deadline.
#pragma once

#include <atomic>

#include "ipc/lock_holder.hpp"
#include "ipc/spin_wait.hpp"

namespace bulkhead {

class TicketLock {
 public:
  static constexpr LockDescription description{
      .name = "ticket",
      .help = "take a number, wait until it is served: first come, first served",
      .meant = {.bounded_waiting = true},
      .after_time_out = AfterTimeOut::lost};

  explicit TicketLock(const LockSetup& setup) : spin_(setup.spin) {}

  Acquired try_lock(LockUser user) noexcept {
    // Acquire: pairs with the release of unlock. The exchange succeeds only while nobody has taken
    // the number that is served, that is while the lock is free.
    std::uint32_t number = serving_.load(std::memory_order_acquire);
    if (!next_.compare_exchange_strong(number, number + 1, std::memory_order_relaxed)) {
      return Acquired::busy;
    }
    holder_.set(user);
    return Acquired::clean;
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    // Relaxed: the number orders the waiters; the data are ordered by `serving_`.
    const std::uint32_t number = next_.fetch_add(1, std::memory_order_relaxed);
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    while (serving_.load(std::memory_order_acquire) != number) {
      if (!wait.go_on()) return Acquired::timed_out;
    }
    holder_.set(user);
    return Acquired::clean;
  }
  void unlock(LockUser) noexcept {
    // Only the holder writes it, so no atomic addition is needed.
    serving_.store(serving_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return next_.load(std::memory_order_relaxed) != serving_.load(std::memory_order_relaxed) &&
           holder_.is(user);
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  std::atomic<std::uint32_t> next_{0};
  std::atomic<std::uint32_t> serving_{0};
  LockHolder holder_;
  const SpinPolicy spin_;
};

}  // namespace bulkhead

// Lamport's bakery ("A new solution of Dijkstra's concurrent programming problem", 1974), for any
// number of workers and with nothing but loads, stores and fences: draw a number one above all that
// you see, then wait for everybody with a lower one. First come, first served behind the doorway. A
// worker that dies with a number keeps everybody out who comes after it.
#pragma once

#include <atomic>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/lock_holder.hpp"
#include "ipc/spin_wait.hpp"

namespace bulkhead {

class BakeryLock {
 public:
  static constexpr LockDescription description{
      .name = "bakery",
      .help = "Lamport's bakery: numbers by loads and stores alone, for any number of workers",
      .meant = {.bounded_waiting = true}};

  explicit BakeryLock(const LockSetup& setup)
      : customers_(setup.arena.construct_array<Customer>(setup.user_count)),
        customer_count_(setup.user_count),
        spin_(setup.spin) {}

  Acquired try_lock(LockUser user) noexcept {
    for (std::uint32_t rival = 0; rival < customer_count_; ++rival) {
      if (rival != user.index && in_shop(customers_[rival])) return Acquired::busy;
    }
    draw_number(user);
    for (std::uint32_t rival = 0; rival < customer_count_; ++rival) {
      if (rival == user.index || !goes_first(rival, user)) continue;
      leave(user);
      return Acquired::busy;
    }
    holder_.set(user);
    return Acquired::clean;
  }

  Acquired lock(LockUser user, Deadline deadline) noexcept {
    draw_number(user);
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    for (std::uint32_t rival = 0; rival < customer_count_; ++rival) {
      while (rival != user.index && goes_first(rival, user)) {
        if (wait.go_on()) continue;
        leave(user);
        return Acquired::timed_out;
      }
    }
    holder_.set(user);
    return Acquired::clean;
  }

  void unlock(LockUser user) noexcept { leave(user); }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return customers_[user.index].number.load(std::memory_order_relaxed) != 0 && holder_.is(user);
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  struct alignas(cache_line_bytes) Customer {
    std::atomic<std::uint32_t> draws{0};   // A number, at this moment.
    std::atomic<std::uint64_t> number{0};  // 0: wants nothing.
  };

  static bool in_shop(const Customer& customer) noexcept {
    // Acquire: whoever sees that it left sees what it did inside.
    return customer.draws.load(std::memory_order_acquire) != 0 ||
           customer.number.load(std::memory_order_acquire) != 0;
  }

  void draw_number(LockUser user) noexcept {
    Customer& me = customers_[user.index];
    me.draws.store(1, std::memory_order_relaxed);
    // The others see that we draw before we look at their numbers, and our number before we wait.
    full_fence();
    std::uint64_t highest = 0;
    for (std::uint32_t rival = 0; rival < customer_count_; ++rival) {
      const std::uint64_t number = customers_[rival].number.load(std::memory_order_acquire);
      if (rival != user.index && number > highest) highest = number;
    }
    me.number.store(highest + 1, std::memory_order_relaxed);
    me.draws.store(0, std::memory_order_release);
    full_fence();
  }

  [[nodiscard]] bool goes_first(std::uint32_t rival, LockUser user) const noexcept {
    const Customer& other = customers_[rival];
    if (other.draws.load(std::memory_order_acquire) != 0) return true;
    const std::uint64_t number = other.number.load(std::memory_order_acquire);
    // Relaxed: our own.
    const std::uint64_t mine = customers_[user.index].number.load(std::memory_order_relaxed);
    return number != 0 && (number < mine || (number == mine && rival < user.index));
  }

  /// Release: pairs with the loads of `goes_first`.
  void leave(LockUser user) noexcept {
    customers_[user.index].number.store(0, std::memory_order_release);
  }

  Customer* const customers_;
  const std::uint32_t customer_count_;
  LockHolder holder_;
  const SpinPolicy spin_;
};

}  // namespace bulkhead

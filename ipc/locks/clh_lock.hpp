// The queue lock of Craig, Landin and Hagersten (1993): each waiter spins on the node of the one in
// front of it, and takes that node over when it leaves. First come, first served. A waiter that
// dies or gives up leaves its node locked: everybody behind it waits until his own deadline.
#pragma once

#include <atomic>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/spin_wait.hpp"

namespace bulkhead {

class ClhLock {
 public:
  static constexpr LockDescription description{
      .name = "clh",
      .help = "queue lock of Craig, Landin and Hagersten: each waits on the line before it",
      .meant = {.bounded_waiting = true},
      .after_time_out = AfterTimeOut::lost};

  explicit ClhLock(const LockSetup& setup)
      : nodes_(setup.arena.construct_array<Node>(setup.user_count + 1)),
        users_(setup.arena.construct_array<User>(setup.user_count)),
        spin_(setup.spin) {
    for (std::uint32_t user = 0; user < setup.user_count; ++user) users_[user].node = user + 1;
  }

  Acquired try_lock(LockUser user) noexcept {
    User& me = users_[user.index];
    if (me.place.load(std::memory_order_relaxed) != Place::outside) return dead_in_queue;
    std::uint64_t last = tail_.load(std::memory_order_acquire);
    // Acquire: pairs with the release of unlock.
    if (nodes_[node_of(last)].locked.load(std::memory_order_acquire) != 0) return Acquired::busy;
    if (!tail_.compare_exchange_strong(last, made_ready(me), std::memory_order_acq_rel,
                                       std::memory_order_relaxed)) {
      return Acquired::busy;
    }
    me.before = node_of(last);
    me.place.store(Place::inside, std::memory_order_relaxed);
    return Acquired::clean;
  }

  Acquired lock(LockUser user, Deadline deadline) noexcept {
    User& me = users_[user.index];
    if (me.place.load(std::memory_order_relaxed) != Place::outside) return dead_in_queue;
    me.place.store(Place::waiting, std::memory_order_relaxed);
    me.before = node_of(tail_.exchange(made_ready(me), std::memory_order_acq_rel));
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    while (nodes_[me.before].locked.load(std::memory_order_acquire) != 0) {
      if (!wait.go_on()) return Acquired::timed_out;
    }
    me.place.store(Place::inside, std::memory_order_relaxed);
    return Acquired::clean;
  }

  void unlock(LockUser user) noexcept {
    User& me = users_[user.index];
    const std::uint32_t mine = me.node;
    me.node = me.before;
    me.place.store(Place::outside, std::memory_order_relaxed);
    nodes_[mine].locked.store(0, std::memory_order_release);
  }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return users_[user.index].place.load(std::memory_order_relaxed) == Place::inside;
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  enum class Place : std::uint32_t { outside, waiting, inside };
  struct alignas(cache_line_bytes) Node {
    std::atomic<std::uint32_t> locked{0};
    std::uint32_t uses = 0;  // Its owner's.
  };
  struct alignas(cache_line_bytes) User {
    std::uint32_t node = 0;
    std::uint32_t before = 0;
    std::atomic<Place> place{Place::outside};
  };

  // A replacement finds the place of its dead predecessor, behind which others may wait.
  static constexpr Acquired dead_in_queue = Acquired::unrecoverable;

  /// The tail names a node and how often it was used: a try must not take a node that went through
  /// other hands meanwhile for the one it looked at.
  static std::uint32_t node_of(std::uint64_t tail) noexcept {
    return static_cast<std::uint32_t>(tail);
  }
  std::uint64_t made_ready(const User& user) const noexcept {
    Node& node = nodes_[user.node];
    node.locked.store(1, std::memory_order_relaxed);
    return std::uint64_t{++node.uses} << 32 | user.node;
  }

  std::atomic<std::uint64_t> tail_{0};
  Node* const nodes_;
  User* const users_;
  const SpinPolicy spin_;
};

}  // namespace bulkhead

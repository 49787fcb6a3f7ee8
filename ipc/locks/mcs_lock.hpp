// The queue lock of Mellor-Crummey and Scott ("Algorithms for scalable synchronization on
// shared-memory multiprocessors", 1991): each waiter spins on a node of its own and is woken by the
// one in front of it. First come, first served. A waiter that dies or gives up stays in the queue:
// the lock ends with it.
#pragma once

#include <atomic>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/spin_wait.hpp"

namespace bulkhead {

class McsLock {
 public:
  static constexpr LockDescription description{
      .name = "mcs",
      .help = "queue lock of Mellor-Crummey and Scott: each waits on a line of its own",
      .meant = {.bounded_waiting = true},
      .after_time_out = AfterTimeOut::lost};

  explicit McsLock(const LockSetup& setup)
      : nodes_(setup.arena.construct_array<Node>(setup.user_count)), spin_(setup.spin) {}

  Acquired try_lock(LockUser user) noexcept {
    Node& node = nodes_[user.index];
    if (node.place.load(std::memory_order_relaxed) != Place::outside) return dead_in_queue;
    node.next.store(nullptr, std::memory_order_relaxed);
    Node* nobody = nullptr;
    // Acquire: pairs with the release of unlock; release: who comes next finds our node made ready.
    if (!tail_.compare_exchange_strong(nobody, &node, std::memory_order_acq_rel,
                                       std::memory_order_relaxed)) {
      return Acquired::busy;
    }
    node.place.store(Place::inside, std::memory_order_relaxed);
    return Acquired::clean;
  }

  Acquired lock(LockUser user, Deadline deadline) noexcept {
    Node& node = nodes_[user.index];
    if (node.place.load(std::memory_order_relaxed) != Place::outside) return dead_in_queue;
    node.next.store(nullptr, std::memory_order_relaxed);
    node.place.store(Place::waiting, std::memory_order_relaxed);
    Node* before = tail_.exchange(&node, std::memory_order_acq_rel);
    user.claim_stands();
    if (before == nullptr) {
      node.place.store(Place::inside, std::memory_order_relaxed);
      return Acquired::clean;
    }
    before->next.store(&node, std::memory_order_release);
    SpinWait wait(spin_, deadline);
    // Acquire: pairs with the release of the one in front.
    while (node.place.load(std::memory_order_acquire) == Place::waiting) {
      if (!wait.go_on()) return Acquired::timed_out;
    }
    return Acquired::clean;
  }

  void unlock(LockUser user) noexcept {
    Node& node = nodes_[user.index];
    Node* next = node.next.load(std::memory_order_acquire);
    if (next == nullptr) {
      Node* me = &node;
      if (tail_.compare_exchange_strong(me, nullptr, std::memory_order_release,
                                        std::memory_order_relaxed)) {
        node.place.store(Place::outside, std::memory_order_relaxed);
        return;
      }
      next = await_next(node);
    }
    node.place.store(Place::outside, std::memory_order_relaxed);
    if (next != nullptr) next->place.store(Place::inside, std::memory_order_release);
  }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return nodes_[user.index].place.load(std::memory_order_relaxed) == Place::inside;
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  enum class Place : std::uint32_t { outside, waiting, inside };
  struct alignas(cache_line_bytes) Node {
    std::atomic<Node*> next{nullptr};
    std::atomic<Place> place{Place::outside};
  };

  // A replacement finds the node of its dead predecessor, which others may still refer to.
  static constexpr Acquired dead_in_queue = Acquired::unrecoverable;

  /// Somebody has swapped itself in behind us and is about to say so. Null when it never does: it
  /// died in between, and the lock with it.
  Node* await_next(const Node& node) const noexcept {
    constexpr std::int64_t patience_ns = 2 * ns_per_second;
    SpinWait wait(spin_, Deadline::in(patience_ns));
    for (;;) {
      Node* next = node.next.load(std::memory_order_acquire);
      if (next != nullptr || !wait.go_on()) return next;
    }
  }

  std::atomic<Node*> tail_{nullptr};
  Node* const nodes_;
  const SpinPolicy spin_;
};

}  // namespace bulkhead

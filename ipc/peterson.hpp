// Peterson's algorithm for two ("Myths about the mutual exclusion problem", 1981): raise a flag,
// give the other the turn, wait while it wants in and has the turn.
#pragma once

#include "ipc/two_party.hpp"

namespace bulkhead {

template <Fence fence>
class Peterson : public TwoParty {
 public:
  using TwoParty::TwoParty;

  Acquired try_lock(LockUser user) noexcept {
    if (interested(other(user))) return Acquired::busy;
    claim(user);
    return may_enter(user) ? enter(user) : give_up(user, Acquired::busy);
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    claim(user);
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    while (!may_enter(user)) {
      if (!wait.go_on()) return give_up(user, Acquired::timed_out);
    }
    return enter(user);
  }
  void unlock(LockUser user) noexcept { lower(user); }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  void claim(LockUser user) noexcept {
    raise(user);
    // Release: whoever sees the turn sees the flag.
    turn_.store(other(user), std::memory_order_release);
    order<fence>();
  }
  [[nodiscard]] bool may_enter(LockUser user) const noexcept {
    return !interested(other(user)) || turn_.load(std::memory_order_acquire) == user.index;
  }

  alignas(cache_line_bytes) std::atomic<std::uint32_t> turn_{0};
};

}  // namespace bulkhead

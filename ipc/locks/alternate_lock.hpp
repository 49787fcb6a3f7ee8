// Strict turns: yours, mine, yours, mine. Excludes, and nobody is overtaken more than once, but who
// does not want in keeps the other out: no progress. Broken on purpose.
#pragma once

#include "ipc/two_party.hpp"

namespace bulkhead {

class AlternateLock : public TwoParty {
 public:
  static constexpr LockDescription description{
      .name = "alternate",
      .help = "strict turns for two: who does not want in keeps the other out",
      .meant = {.progress = false, .bounded_waiting = true},
      .most_users = party_count};

  using TwoParty::TwoParty;

  Acquired try_lock(LockUser user) noexcept {
    // Acquire: pairs with the release of unlock.
    const bool mine = turn_.load(std::memory_order_acquire) == user.index;
    return mine ? enter(user) : Acquired::busy;
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    while (try_lock(user) != Acquired::clean) {
      if (!wait.go_on()) return Acquired::timed_out;
    }
    return Acquired::clean;
  }
  void unlock(LockUser user) noexcept { turn_.store(other(user), std::memory_order_release); }
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    // Who has left has given the turn away.
    return turn_.load(std::memory_order_relaxed) == user.index && holder_.is(user);
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  std::atomic<std::uint32_t> turn_{0};
};

}  // namespace bulkhead

// Two flags and nothing else: raise yours, wait while the other's is up. Excludes, but when both
// raise theirs at once both wait for ever: no progress. Broken on purpose; it is what a beginner
// writes first, and what Dekker's turn puts right.
#pragma once

#include "ipc/two_party.hpp"

namespace bulkhead {

class FlagsLock : public TwoParty {
 public:
  static constexpr LockDescription description{
      .name = "flags",
      .help = "a flag each and no turn: excludes two, until both wait for ever",
      .meant = {.progress = false},
      .most_users = party_count};

  using TwoParty::TwoParty;

  Acquired try_lock(LockUser user) noexcept {
    if (interested(other(user))) return Acquired::busy;
    claim(user);
    return interested(other(user)) ? give_up(user, Acquired::busy) : enter(user);
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    claim(user);
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    while (interested(other(user))) {
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
    order<Fence::full>();
  }
};

}  // namespace bulkhead

// Test-and-set: every look at the lock is an atomic exchange, which takes the cache line away from
// whoever holds the lock. The simplest spin lock, and the slowest under contention (Anderson, "The
// performance of spin lock alternatives for shared-memory multiprocessors", 1990).
#pragma once

#include "ipc/exchange_word.hpp"

namespace bulkhead {

class TasLock : public ExchangeWord {
 public:
  static constexpr LockDescription description{
      "tas", "test-and-set: an atomic exchange at every look", OwnerDeath::waits_for_ever};

  using ExchangeWord::ExchangeWord;

  Acquired try_lock(LockUser user) noexcept { return exchange(user); }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    while (try_lock(user) != Acquired::clean) {
      if (!wait.go_on()) return Acquired::timed_out;
    }
    return Acquired::clean;
  }
};

}  // namespace bulkhead

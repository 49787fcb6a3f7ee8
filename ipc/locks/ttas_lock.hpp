// Test, then test-and-set: a waiter reads until the lock looks free, which keeps the cache line
// shared, and tries only then; each look that fails doubles the pause before the next, up to a
// bound (Anderson 1990).
#pragma once

#include "ipc/exchange_word.hpp"

namespace bulkhead {

class TtasLock : public ExchangeWord {
 public:
  static constexpr LockDescription description{
      "ttas", "test and test-and-set with exponential back-off", OwnerDeath::waits_for_ever};

  using ExchangeWord::ExchangeWord;

  Acquired try_lock(LockUser user) noexcept {
    // So that a try on a held lock does not take the line from its holder.
    return looks_held() ? Acquired::busy : exchange(user);
  }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    user.claim_stands();
    SpinWait wait(spin_, deadline);
    while (try_lock(user) != Acquired::clean) {
      if (!wait.back_off()) return Acquired::timed_out;
    }
    return Acquired::clean;
  }
};

}  // namespace bulkhead

// Dekker's algorithm for two, the first solution of all (in Dijkstra, "Cooperating sequential
// processes", 1965): raise a flag; where the other's is up as well, the one whose turn it is not
// lowers its own and waits for its turn. Nobody starves who gets time enough, but there is no
// bound: while one has its flag down and does not run, the other may go in again and again.
#pragma once

#include "ipc/two_party.hpp"

namespace bulkhead {

template <Fence fence>
class Dekker : public TwoParty {
 public:
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
      if (!has_turn(user)) {
        lower(user);
        while (!has_turn(user)) {
          if (!wait.go_on()) return Acquired::timed_out;
        }
        claim(user);
      } else if (!wait.go_on()) {
        return give_up(user, Acquired::timed_out);
      }
    }
    return enter(user);
  }
  void unlock(LockUser user) noexcept {
    turn_.store(other(user), std::memory_order_relaxed);  // Seen with the lowered flag.
    lower(user);
  }
  bool release_orphan(LockUser user) noexcept {
    unlock(user);
    return true;
  }

 private:
  void claim(LockUser user) noexcept {
    raise(user);
    order<fence>();
  }
  [[nodiscard]] bool has_turn(LockUser user) const noexcept {
    return turn_.load(std::memory_order_relaxed) == user.index;
  }

  alignas(cache_line_bytes) std::atomic<std::uint32_t> turn_{0};
};

}  // namespace bulkhead

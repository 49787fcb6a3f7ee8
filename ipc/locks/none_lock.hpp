// No lock at all: what a critical section is without mutual exclusion.
#pragma once

#include "ipc/lock.hpp"

namespace bulkhead {

class NoneLock {
 public:
  static constexpr LockDescription description{
      .name = "none",
      .help = "no mutual exclusion: what a data race loses",
      .owner_death = OwnerDeath::unnoticed,
      .meant = {.mutual_exclusion = false, .bounded_waiting = true}};

  explicit NoneLock(const LockSetup&) {}
  Acquired try_lock(LockUser) noexcept { return Acquired::clean; }
  Acquired lock(LockUser, Deadline) noexcept { return Acquired::clean; }
  void unlock(LockUser) noexcept {}
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser, std::uint32_t) const noexcept { return false; }
  bool release_orphan(LockUser) noexcept { return false; }
};

}  // namespace bulkhead

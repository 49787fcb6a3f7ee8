// No lock at all: what a critical section is without mutual exclusion.
#pragma once

#include "ipc/lock.hpp"

namespace bulkhead {

class NoneLock {
 public:
  static constexpr LockDescription description{
      "none", "no mutual exclusion: what a data race loses", OwnerDeath::no_exclusion};

  explicit NoneLock(std::uint32_t) {}
  Acquired try_lock(LockUser) noexcept { return Acquired::clean; }
  Acquired lock(LockUser, Deadline) noexcept { return Acquired::clean; }
  void unlock(LockUser) noexcept {}
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser, std::uint32_t) const noexcept { return false; }
  void release_orphan(LockUser) noexcept {}
};

}  // namespace bulkhead

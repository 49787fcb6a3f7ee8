// flock(2): the whole file, one open description each. The kernel releases it when the holder's
// last descriptor is closed, so a death frees it at once, and the next taker is told nothing.
#pragma once

#include "ipc/file_lock.hpp"

namespace bulkhead {

class FlockLock {
 public:
  static constexpr LockDescription description{
      .name = "flock",
      .help = "flock(2) on an anonymous file, an open description each",
      .owner_death = OwnerDeath::unnoticed,
      .unavailable = [] { return FileLock::obstacle(FileLockCall::flock); }};

  explicit FlockLock(const LockSetup&) : file_(FileLockCall::flock) {}
  Acquired try_lock(LockUser user) noexcept { return file_.try_lock(user); }
  Acquired lock(LockUser user, Deadline deadline) noexcept { return file_.lock(user, deadline); }
  void unlock(LockUser user) noexcept { file_.unlock(user); }
  void mark_consistent() noexcept {}
  // It tells nobody who holds it, and nobody needs to know: a death releases it.
  [[nodiscard]] bool held_by(LockUser, std::uint32_t) const noexcept { return false; }
  // Not needed: the kernel has released it.
  bool release_orphan(LockUser) noexcept { return false; }

 private:
  FileLock file_;
};

}  // namespace bulkhead

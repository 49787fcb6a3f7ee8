// flock(2): the whole file, one open description each. The kernel releases it when the holder's
// last descriptor is closed, so a death frees it at once, and the next taker is told nothing.
#pragma once

#include "ipc/file_lock.hpp"
#include "ipc/lock_holder.hpp"

namespace bulkhead {

class FlockLock {
 public:
  static constexpr LockDescription description{
      .name = "flock",
      .help = "flock(2) on an anonymous file, an open description each",
      .owner_death = OwnerDeath::unnoticed,
      .unavailable = [] { return FileLock::obstacle(FileLockCall::flock); }};

  explicit FlockLock(const LockSetup&) : file_(FileLockCall::flock) {}
  Acquired try_lock(LockUser user) noexcept { return noted(user, file_.try_lock(user)); }
  Acquired lock(LockUser user, Deadline deadline) noexcept {
    return noted(user, file_.lock(user, deadline));
  }
  void unlock(LockUser user) noexcept {
    holder_.clear();
    file_.unlock(user);
  }
  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return holder_.is(user);
  }
  // Not needed: the kernel has released it.
  bool release_orphan(LockUser) noexcept { return false; }

 private:
  Acquired noted(LockUser user, Acquired answer) noexcept {
    if (answer == Acquired::clean) holder_.set(user);
    return answer;
  }

  FileLock file_;
  LockHolder holder_;
};

}  // namespace bulkhead

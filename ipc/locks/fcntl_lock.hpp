// fcntl(2) record lock, of the open-file-description kind: the classic kind belongs to the process
// and so does not exclude the threads of one from each other. The kernel releases it when the
// holder's last descriptor is closed, and the next taker is told nothing.
#pragma once

#include "ipc/file_lock.hpp"

namespace bulkhead {

class FcntlLock {
 public:
  static constexpr LockDescription description{
      .name = "fcntl",
      .help = "fcntl(2) open-file-description lock on an anonymous file",
      .owner_death = OwnerDeath::unnoticed,
      .unavailable = [] { return FileLock::obstacle(FileLockCall::fcntl); }};

  explicit FcntlLock(const LockSetup&) : file_(FileLockCall::fcntl) {}
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

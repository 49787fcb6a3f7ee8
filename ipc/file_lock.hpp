// What flock(2) and the open-file-description locks of fcntl(2) have in common: a lock on a file
// belongs to an open file description, so each user needs one of its own. It is opened by the user
// itself, when it first asks, and closed when its thread ends. The file is anonymous memory
// (memfd_create(2)), so nothing is left behind.
//
// A description lives as long as a descriptor of it is open anywhere: a child that the holder
// forked keeps the lock held after the holder's death.
#pragma once

#include <cstdint>
#include <string>

#include "ipc/lock.hpp"

namespace bulkhead {

enum class FileLockCall { flock, fcntl };

class FileLock {
 public:
  /// Makes the file. Supervisor only, before the fork: the descriptor is inherited. It is closed
  /// with the process. Throws std::system_error.
  explicit FileLock(FileLockCall call);

  Acquired try_lock(LockUser user) const noexcept;
  /// Sleeps in the kernel; a Heartbeat ends the wait now and then, to look at the deadline.
  Acquired lock(LockUser user, Deadline deadline) const noexcept;
  void unlock(LockUser user) const noexcept;

  /// Tries it on a file; why it does not work here, or nothing.
  [[nodiscard]] static std::string obstacle(FileLockCall call);

 private:
  FileLockCall call_;
  int file_;          // In every process of the trial.
  std::uint64_t id_;  // Of the file, so that a description of an earlier one is not taken for it.
};

/// What the two have in common as locks.
template <FileLockCall call>
class LockOnFile {
 public:
  explicit LockOnFile(const LockSetup&) : file_(call) {}
  Acquired try_lock(LockUser user) noexcept { return file_.try_lock(user); }
  Acquired lock(LockUser user, Deadline deadline) noexcept { return file_.lock(user, deadline); }
  void unlock(LockUser user) noexcept { file_.unlock(user); }
  void mark_consistent() noexcept {}
  // It tells nobody who holds it, and nobody needs to know: a death releases it.
  [[nodiscard]] bool held_by(LockUser, std::uint32_t) const noexcept { return false; }
  // Not needed: the kernel has released it.
  bool release_orphan(LockUser) noexcept { return false; }

 protected:
  static std::string obstacle() { return FileLock::obstacle(call); }

 private:
  FileLock file_;
};

}  // namespace bulkhead

// flock(2): the whole file, one open description each. The kernel releases it when the holder's
// last descriptor is closed, so a death frees it at once, and the next taker is told nothing.
#pragma once

#include "ipc/file_lock.hpp"

namespace bulkhead {

class FlockLock : public LockOnFile<FileLockCall::flock> {
 public:
  static constexpr LockDescription description{
      .name = "flock",
      .help = "flock(2) on an anonymous file, an open description each",
      .owner_death = OwnerDeath::unnoticed,
      .unavailable = obstacle};

  using LockOnFile::LockOnFile;
};

}  // namespace bulkhead

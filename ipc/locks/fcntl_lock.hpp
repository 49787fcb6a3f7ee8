// fcntl(2) record lock, of the open-file-description kind: the classic kind belongs to the process
// and so does not exclude the threads of one from each other. The kernel releases it when the
// holder's last descriptor is closed, and the next taker is told nothing.
#pragma once

#include "ipc/file_lock.hpp"

namespace bulkhead {

class FcntlLock : public LockOnFile<FileLockCall::fcntl> {
 public:
  static constexpr LockDescription description{
      .name = "fcntl",
      .help = "fcntl(2) open-file-description lock on an anonymous file",
      .owner_death = OwnerDeath::unnoticed,
      .unavailable = obstacle};

  using LockOnFile::LockOnFile;
};

}  // namespace bulkhead

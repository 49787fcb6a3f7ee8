// The pthread mutex shared between processes, without robustness: when its holder dies, the next
// taker waits until its deadline.
#pragma once

#include "ipc/shared_mutex_lock.hpp"

namespace bulkhead {

class MutexLock : public SharedMutexLock {
 public:
  static constexpr LockDescription description{"mutex", "pthread mutex, process-shared, not robust",
                                               OwnerDeath::waits_for_ever};

  explicit MutexLock(const LockSetup&) { init_shared_mutex(mutex_, {}); }
};

}  // namespace bulkhead

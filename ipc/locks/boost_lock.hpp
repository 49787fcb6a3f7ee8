// Boost.Interprocess's own interprocess_mutex. In 1.74 it sets no robust attribute: after its
// holder died, the next taker waits for ever. Its deadlines are absolute UTC times.
#pragma once

#include <boost/date_time/posix_time/posix_time_types.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>

#include "ipc/lock.hpp"

namespace bulkhead {

class BoostLock {
 public:
  static constexpr LockDescription description{
      "boost", "boost::interprocess::interprocess_mutex, not robust in 1.74",
      OwnerDeath::waits_for_ever};

  explicit BoostLock(const LockSetup&) {}
  Acquired try_lock(LockUser) { return mutex_.try_lock() ? Acquired::clean : Acquired::busy; }
  Acquired lock(LockUser user, Deadline deadline) {
    user.claim_stands();
    const auto at = boost::posix_time::microsec_clock::universal_time() +
                    boost::posix_time::microseconds(deadline.left_ns() / 1000);
    return mutex_.timed_lock(at) ? Acquired::clean : Acquired::timed_out;
  }
  void unlock(LockUser) { mutex_.unlock(); }
  void mark_consistent() noexcept {}
  // It tells nobody who holds it, so an orphan cannot be told from a lock that is held.
  [[nodiscard]] bool held_by(LockUser, std::uint32_t) const noexcept { return false; }
  bool release_orphan(LockUser) noexcept { return false; }

 private:
  boost::interprocess::interprocess_mutex mutex_;
};

}  // namespace bulkhead

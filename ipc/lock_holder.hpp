// The name of a lock's holder, beside a lock that keeps none itself: so that a dead holder can be
// told from a living one and the report can say who waited on whom. A hint: the name stays when the
// lock is released, so whoever asks looks first whether it is held; and between taking the lock and
// writing the name the holder is whoever was it before.
#pragma once

#include <atomic>
#include <cstdint>

#include "ipc/lock.hpp"

namespace bulkhead {

class LockHolder {
 public:
  // Relaxed: ordered by the lock around it for whoever holds it, a hint for everybody else.
  void set(LockUser user) noexcept {
    // Whoever takes it again finds his name there, and the line is his already. On some CPUs a
    // store to it just behind the atomic operation made taking and releasing a quarter dearer.
    if (!is(user)) name_.store(user.index + 1, std::memory_order_relaxed);
  }
  [[nodiscard]] bool is(LockUser user) const noexcept {
    return name_.load(std::memory_order_relaxed) == user.index + 1;
  }

 private:
  std::atomic<std::uint32_t> name_{0};
};

}  // namespace bulkhead

// What the classical algorithms for two parties have in common: a flag each, on a line of its own,
// and who the other one is. They need no atomic read-modify-write, only that a store is seen by the
// other before the next load is done: a full fence, without which x86 lets the load go first.
#pragma once

#include <atomic>

#include "ipc/cache_line.hpp"
#include "ipc/lock_holder.hpp"
#include "ipc/spin_wait.hpp"

namespace bulkhead {

/// Whether the store of a flag is seen by the other party before its flag is read.
enum class Fence { none, full };

class TwoParty {
 public:
  static constexpr std::uint32_t party_count = 2;

  explicit TwoParty(const LockSetup& setup) : spin_(setup.spin) {}

  void mark_consistent() noexcept {}
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t) const noexcept {
    return interested(user.index) && holder_.is(user);
  }

 protected:
  [[nodiscard]] static std::uint32_t other(LockUser user) noexcept { return 1 - user.index; }

  /// Acquire: whoever sees that the other has left sees what it did inside.
  [[nodiscard]] bool interested(std::uint32_t party) const noexcept {
    return flags_[party].up.load(std::memory_order_acquire) != 0;
  }
  void raise(LockUser user) noexcept { flags_[user.index].up.store(1, std::memory_order_relaxed); }
  /// Release: pairs with `interested`.
  void lower(LockUser user) noexcept { flags_[user.index].up.store(0, std::memory_order_release); }
  Acquired enter(LockUser user) noexcept {
    holder_.set(user);
    return Acquired::clean;
  }
  Acquired give_up(LockUser user, Acquired answer) noexcept {
    lower(user);
    return answer;
  }
  template <Fence fence>
  static void order() noexcept {
    if constexpr (fence == Fence::full) {
      full_fence();
    } else {
      std::atomic_signal_fence(std::memory_order_seq_cst);  // The compiler keeps the order.
    }
  }

  LockHolder holder_;
  const SpinPolicy spin_;

 private:
  struct alignas(cache_line_bytes) Flag {
    std::atomic<std::uint32_t> up{0};
  };
  Flag flags_[party_count];
};

}  // namespace bulkhead

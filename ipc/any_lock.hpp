// A lock chosen by name at run time and used without an indirection: the kind is looked up once per
// worker, outside the measured loop, which is compiled against every lock type.
#pragma once

#include <cassert>
#include <cstddef>
#include <string_view>
#include <utility>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/lock.hpp"
#include "ipc/lock_types.hpp"

namespace bulkhead {

/// Refers to a lock in the arena, which owns the object. Trivially copyable.
class AnyLock {
 public:
  /// Makes the lock called `name`, which must be one of all_locks(), on cache lines of its own.
  /// Supervisor only, before the fork.
  AnyLock(Arena& arena, std::string_view name, std::uint32_t user_count,
          SpinPolicy spin = SpinPolicy::bounded)
      : spin_(spin) {
    make({arena, user_count, spin}, name, LockTypes{});
    assert(object_ != nullptr);
  }

  /// Calls `use(lock)` once, with the lock's own type.
  template <class Use>
  void with(Use&& use) const {
    visit(use, LockTypes{});
  }

  /// How its waiters spin, for whoever makes more locks of its kind.
  [[nodiscard]] SpinPolicy spin() const noexcept { return spin_; }

  /// As the lock's own; see lock.hpp.
  [[nodiscard]] bool held_by(LockUser user, std::uint32_t tid) const {
    bool held = false;
    with([&](auto& lock) { held = lock.held_by(user, tid); });
    return held;
  }
  [[nodiscard]] bool may_be_held_by(LockUser user, std::uint32_t tid) const {
    bool held = false;
    with([&](auto& lock) {
      if constexpr (requires { lock.may_be_held_by(user, tid); }) {
        held = lock.may_be_held_by(user, tid);
      } else {
        held = lock.held_by(user, tid);
      }
    });
    return held;
  }
  [[nodiscard]] bool release_orphan(LockUser user) const {
    bool released = false;
    with([&](auto& lock) { released = lock.release_orphan(user); });
    return released;
  }

 private:
  template <Lock L>
  struct alignas(cache_line_bytes) Placed : L {
    using L::L;
  };

  template <class... Types>
  void make(const LockSetup& setup, std::string_view name, TypeList<Types...>) {
    ((Types::description.name == name
          ? void((object_ = construct<Types>(setup), name_ = Types::description.name))
          : void()),
     ...);
  }

  template <class L>
  static void* construct(const LockSetup& setup) {
    // static_cast: the base's address, since `with` hands out the base.
    return static_cast<L*>(new (setup.arena.allocate_aligned(sizeof(Placed<L>), alignof(Placed<L>)))
                               Placed<L>(setup));
  }

  template <class Use, class... Types>
  void visit(Use& use, TypeList<Types...>) const {
    ((Types::description.name == name_ ? use(*static_cast<Types*>(object_)) : void()), ...);
  }

  std::string_view name_;
  void* object_ = nullptr;
  SpinPolicy spin_;
};

}  // namespace bulkhead

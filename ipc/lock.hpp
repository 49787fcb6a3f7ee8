// What every lock of bulkhead promises. A lock is a type in locks/ with the members of the concept
// below; it lives in shared memory, is made by the supervisor before the fork, and is taken by
// workers of any process. It tells the taker whether the last holder died, where it can; what that
// means for the data is the workload's business.
//
// state      | taken by | allowed moves
// free       | nobody   | -> held
// held       | a worker | -> free (unlock), -> orphaned (its holder died or forgot it)
// orphaned   | the dead | -> held with `owner_died` where the lock is robust; else it stays so, and
//            |          |    every taker ends with `timed_out`
// lost       | nobody   | none: `unrecoverable` (unlocked after owner_died without mark_consistent)
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <utility>

#include "ipc/clock.hpp"

namespace bulkhead {

enum class Acquired {
  clean,          ///< Held; the protected data is as its last holder left it on purpose.
  owner_died,     ///< Held, but the last holder died inside: repair, then mark_consistent.
  busy,           ///< Not held: somebody else has it (try_lock only).
  timed_out,      ///< Not held: the deadline passed.
  unrecoverable,  ///< Not held and never again.
};

/// Which worker asks; locks with one node a worker need it. In [0, user_count).
struct LockUser {
  std::uint32_t index = 0;
};

/// What becomes of the waiters when the holder dies.
enum class OwnerDeath { reported, waits_for_ever, no_exclusion };

struct LockDescription {
  std::string_view name;
  std::string_view help;  ///< One line, no full stop.
  OwnerDeath owner_death = OwnerDeath::waits_for_ever;
};

template <class L>
concept Lock = requires(L& lock, LockUser user, Deadline deadline, std::uint32_t tid) {
  { L::description } -> std::convertible_to<LockDescription>;
  L(std::uint32_t{1});  // user_count
  { lock.try_lock(user) } -> std::same_as<Acquired>;
  { lock.lock(user, deadline) } -> std::same_as<Acquired>;
  { lock.unlock(user) } -> std::same_as<void>;
  // Holder only, after owner_died and a finished repair.
  { lock.mark_consistent() } -> std::same_as<void>;
  // Whether the worker, whose thread has this number, holds it: a hint, for anybody.
  { std::as_const(lock).held_by(user, tid) } -> std::same_as<bool>;
  // For the supervisor's repair, when the holder is known to be dead: makes it free again. Does
  // nothing where the lock is robust, since its next taker will be told.
  { lock.release_orphan(user) } -> std::same_as<void>;
};

/// Tells the CPU that this is a spin loop.
inline void cpu_relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace bulkhead

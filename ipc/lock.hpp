// What every lock of bulkhead promises. A lock is a type in locks/ with the members of the concept
// below; it lives in shared memory, is made by the supervisor before the fork, and is taken by
// workers of any process. It tells the taker whether the last holder died, where it can; what that
// means for the data is the workload's business.
//
// state      | taken by | allowed moves
// free       | nobody   | -> held
// held       | a worker | -> free (unlock), -> orphaned (its holder died or forgot it)
// orphaned   | the dead | -> held with `owner_died` where the lock is robust; else it stays so, and
//            |          |    every taker ends with `timed_out`, or gets in and is told nothing,
//            |          |    as the description's `owner_death` says
// lost       | nobody   | none: `unrecoverable` (unlocked after owner_died without mark_consistent)
//            |          |    or `timed_out` (a waiter gave up whose place in the queue stays)
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "ipc/clock.hpp"

namespace bulkhead {

class Arena;

enum class Acquired {
  clean,          ///< Held; the protected data is as its last holder left it on purpose.
  owner_died,     ///< Held, but the last holder died inside: repair, then mark_consistent.
  busy,           ///< Not held: somebody else has it (try_lock only).
  timed_out,      ///< Not held: the deadline passed.
  unrecoverable,  ///< Not held and never again.
};

/// The moment from which a waiter may ask how often others went ahead of it: when its claim stands.
/// In Lamport's word the end of the lock's doorway; where a lock has none, when the wait begins.
/// Lies in shared memory; written by the waiter alone.
struct Doorway {
  const std::atomic<std::uint64_t>* entries = nullptr;  ///< Entries of all; counted inside.
  std::atomic<std::uint64_t> entries_before{0};         ///< What it was when the claim stood.
  std::atomic<std::int64_t> since_ns{0};                ///< When that was; 0: nobody waits here.

  /// Of one wait in `timed_every`: how long it took, and how much of it the waiter ran. Written by
  /// the waiter's thread around its waits.
  static constexpr std::uint64_t timed_every = 64;
  std::uint64_t waits = 0;
  std::atomic<std::int64_t> timed_ns{0};
  std::atomic<std::int64_t> timed_cpu_ns{0};

  void pass() noexcept {
    entries_before.store(entries->load(std::memory_order_relaxed), std::memory_order_relaxed);
    since_ns.store(monotonic_ns(), std::memory_order_relaxed);
  }
};

/// Which worker asks; locks with one node a worker need it. In [0, user_count).
struct LockUser {
  std::uint32_t index = 0;
  Doorway* doorway = nullptr;  ///< Null where nobody asks.

  /// Called once by every lock() where its doorway ends.
  void claim_stands() const noexcept {
    if (doorway != nullptr) doorway->pass();
  }
};

/// Whether a spinning waiter gives its time slice away after a bounded number of spins. With more
/// workers than CPUs, one that does not burns whole slices while the holder waits for a CPU.
enum class SpinPolicy { bounded, pure };

/// What a lock is made with.
struct LockSetup {
  Arena& arena;  ///< For a lock that needs memory for each user.
  std::uint32_t user_count = 1;
  SpinPolicy spin = SpinPolicy::bounded;
};

/// What becomes of the waiters when the holder dies. reported: the next taker is told; unnoticed:
/// it gets in and is told nothing, however torn the data may be.
enum class OwnerDeath { reported, waits_for_ever, unnoticed };

/// What a wait that ended at its deadline leaves behind. lost: a place in the queue that nobody
/// gives up, so that everybody behind it waits until his own deadline.
enum class AfterTimeOut { usable, lost };

/// The three conditions of a solution to the critical-section problem, as a lock means to hold
/// them. Bounded waiting is meant in the strict sense: once a waiter's claim stands, at most
/// user_count - 1 others enter before it.
struct Conditions {
  bool mutual_exclusion = true;
  bool progress = true;
  bool bounded_waiting = false;
};

/// What there is to know of a lock: listing, checks, tests and findings start from this alone.
struct LockDescription {
  std::string_view name;
  std::string_view help;  ///< One line, no full stop.
  OwnerDeath owner_death = OwnerDeath::waits_for_ever;
  Conditions meant = {};
  AfterTimeOut after_time_out = AfterTimeOut::usable;
  std::uint32_t most_users = 0;  ///< 0: any number.
  /// Why it cannot be had on this host, or nothing. Null: it always can.
  std::string (*unavailable)() = nullptr;
};

template <class L>
concept Lock = requires(L& lock, const LockSetup& setup, LockUser user, Deadline deadline,
                        std::uint32_t tid) {
  { L::description } -> std::convertible_to<LockDescription>;
  L(setup);
  { lock.try_lock(user) } -> std::same_as<Acquired>;
  { lock.lock(user, deadline) } -> std::same_as<Acquired>;
  { lock.unlock(user) } -> std::same_as<void>;
  // Holder only, after owner_died and a finished repair.
  { lock.mark_consistent() } -> std::same_as<void>;
  // Whether the worker, whose thread has this number, holds it: a hint, for anybody.
  { std::as_const(lock).held_by(user, tid) } -> std::same_as<bool>;
  // May have may_be_held_by(user, tid), too: the same, asked by that thread in a signal's handler,
  // which may have stopped it between taking the lock and leaving its name: false only where it
  // surely does not hold it.
  // For the supervisor's repair, when the holder is known to be dead: makes it free again, and
  // answers whether it could. It does nothing where the lock is robust, since its next taker will
  // be told, and where only the holder itself can release it.
  { lock.release_orphan(user) } -> std::same_as<bool>;
};

/// std::atomic_thread_fence(seq_cst), but not on the word at the top of the stack, as GCC has it on
/// x86: where a compiler keeps a variable there, its next use waits for the fence. Linux has its
/// smp_mb() beside the stack pointer for the same reason (arch/x86/include/asm/barrier.h).
inline void full_fence() noexcept {
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
  asm volatile("lock; addl $0, -4(%%rsp)" : : : "memory", "cc");
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

/// Tells the CPU that this is a spin loop.
inline void cpu_relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace bulkhead

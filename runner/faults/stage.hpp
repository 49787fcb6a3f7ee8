// Where two workers meet for a hazard that takes both, in shared memory that was mapped before the
// first fork: words to agree by, words to race for, two locks, a pipe, and what came of it. Whoever
// waits here waits with a deadline, since the other one may never come, or die.
#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "ipc/cache_line.hpp"
#include "ipc/clock.hpp"

namespace bulkhead {

/// What a player is on the stage: the worker that the fault names, or the next one.
enum class Role : std::uint32_t { culprit, partner };

[[nodiscard]] constexpr Role other(Role role) noexcept {
  return role == Role::culprit ? Role::partner : Role::culprit;
}

/// Its place in the pairs of the stage.
[[nodiscard]] constexpr std::uint32_t place(Role role) noexcept {
  return static_cast<std::uint32_t>(role);
}

/// A word on a cache line of its own.
template <class Word>
struct alignas(cache_line_bytes) LoneWord {
  std::atomic<Word> value{0};
};

struct Stage {
  /// One bit for each player who has come, and one for "it is called off".
  LoneWord<std::uint32_t> arrivals;
  /// How many steps each player has announced; see keep_step().
  std::array<LoneWord<std::uint32_t>, 2> steps;
  /// The lock that each player waits for, from 1; 0: none. Read by the supervisor as well.
  std::array<LoneWord<std::uint32_t>, 2> awaited_lock;
  /// To race for: what they mean is the hazard's business.
  std::array<LoneWord<std::uint64_t>, 4> words;

  /// Process-shared and robust, without priority inheritance.
  alignas(cache_line_bytes) std::array<pthread_mutex_t, 2> locks;
  alignas(cache_line_bytes) pthread_cond_t condition;  // Process-shared, by the monotonic clock.
  int pipe_out = -1;                                   // The same numbers in every process.
  int pipe_in = -1;

  // What came of it: written by the players, added up, believed by nobody.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> tries{0};
  std::atomic<std::uint64_t> seen{0};      // Of those, in which the hazard showed.
  std::atomic<std::int64_t> waited_ns{0};  // How long somebody waited for what is soon done.
};

static_assert(std::atomic<std::int64_t>::is_always_lock_free);

/// How long the first to come waits for the other.
inline constexpr std::int64_t meeting_patience_ns = 50 * ns_per_ms;

/// Announces this player and answers whether both are there. Once the first one has waited in vain
/// it is called off for good, so that a late one does not wait for somebody who has left.
[[nodiscard]] bool meet(Stage& stage, Role role, Deadline patience) noexcept;

/// Announces that this player has done one more step, and waits until the other one has done as
/// many. Answers whether it has, in time.
[[nodiscard]] bool keep_step(Stage& stage, Role role, Deadline patience) noexcept;

/// The same by looking all the time, for those who want to go on at the same moment.
[[nodiscard]] bool keep_step_awake(Stage& stage, Role role, Deadline patience) noexcept;

/// Adds to what came of it.
void report(Stage& stage, std::uint64_t tries, std::uint64_t seen) noexcept;

/// Takes a lock of the stage, and puts it right if its holder has died. Says meanwhile what it
/// waits for.
[[nodiscard]] bool take(Stage& stage, Role role, std::uint32_t lock, Deadline patience) noexcept;

/// The same without waiting.
[[nodiscard]] bool try_take(Stage& stage, std::uint32_t lock) noexcept;

void give_back(Stage& stage, std::uint32_t lock) noexcept;

/// Whether both players wait for a lock that the other one holds. `tids`: the players' threads.
[[nodiscard]] bool wait_in_a_cycle(const Stage& stage,
                                   const std::array<std::uint32_t, 2>& tids) noexcept;

}  // namespace bulkhead

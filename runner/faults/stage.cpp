#include "runner/faults/stage.hpp"

#include <sched.h>

#include <cerrno>

#include "ipc/futex.hpp"
#include "ipc/robust_mutex.hpp"

namespace bulkhead {
namespace {

constexpr std::uint32_t both = 3;
constexpr std::uint32_t called_off = 4;

/// Whether the lock is ours. The state that it guards is none, so there is nothing to repair.
bool is_taken(pthread_mutex_t& lock, int answer) noexcept {
  if (answer == EOWNERDEAD) return pthread_mutex_consistent(&lock) == 0;
  return answer == 0;
}

}  // namespace

bool meet(Stage& stage, Role role, Deadline patience) noexcept {
  std::atomic<std::uint32_t>& arrivals = stage.arrivals.value;
  std::uint32_t now =
      arrivals.fetch_or(1u << place(role), std::memory_order_acq_rel) | 1u << place(role);
  futex_wake(arrivals, wake_all);
  while ((now & both) != both && (now & called_off) == 0) {
    if (patience.passed()) {
      // Unless the other one comes just now.
      if (arrivals.compare_exchange_strong(now, now | called_off)) return false;
      continue;
    }
    futex_wait(arrivals, now, patience);
    now = arrivals.load(std::memory_order_acquire);
  }
  return (now & called_off) == 0;
}

bool keep_step(Stage& stage, Role role, Deadline patience) noexcept {
  std::atomic<std::uint32_t>& theirs = stage.steps[place(other(role))].value;
  const std::uint32_t mine =
      stage.steps[place(role)].value.fetch_add(1, std::memory_order_acq_rel) + 1;
  futex_wake(stage.steps[place(role)].value, wake_all);
  for (;;) {
    const std::uint32_t seen = theirs.load(std::memory_order_acquire);
    if (seen >= mine) return true;
    if (patience.passed()) return false;
    futex_wait(theirs, seen, patience);
  }
}

bool keep_step_awake(Stage& stage, Role role, Deadline patience) noexcept {
  // On a CPU for two, only a rest lets the other one come.
  constexpr std::uint32_t looks_before_rest = 2'000;
  std::atomic<std::uint32_t>& mine = stage.steps[place(role)].value;
  const std::uint32_t step = mine.load(std::memory_order_relaxed) + 1;
  mine.store(step, std::memory_order_release);
  const std::atomic<std::uint32_t>& theirs = stage.steps[place(other(role))].value;
  for (std::uint32_t looks = 1; theirs.load(std::memory_order_acquire) < step; ++looks) {
    if (looks % looks_before_rest != 0) continue;
    if (patience.passed()) return false;
    sched_yield();
  }
  return true;
}

void report(Stage& stage, std::uint64_t tries, std::uint64_t seen) noexcept {
  stage.tries.fetch_add(tries, std::memory_order_relaxed);
  stage.seen.fetch_add(seen, std::memory_order_relaxed);
}

bool take(Stage& stage, Role role, std::uint32_t lock, Deadline patience) noexcept {
  std::atomic<std::uint32_t>& awaited = stage.awaited_lock[place(role)].value;
  awaited.store(lock + 1, std::memory_order_relaxed);
  const int answer = lock_until(stage.locks[lock], patience);
  awaited.store(0, std::memory_order_relaxed);
  return is_taken(stage.locks[lock], answer);
}

bool try_take(Stage& stage, std::uint32_t lock) noexcept {
  return is_taken(stage.locks[lock], pthread_mutex_trylock(&stage.locks[lock]));
}

void give_back(Stage& stage, std::uint32_t lock) noexcept {
  pthread_mutex_unlock(&stage.locks[lock]);
}

bool wait_in_a_cycle(const Stage& stage, const std::array<std::uint32_t, 2>& tids) noexcept {
  for (const Role role : {Role::culprit, Role::partner}) {
    // Whatever the word says, there are two locks.
    const std::uint32_t lock =
        stage.awaited_lock[place(role)].value.load(std::memory_order_relaxed);
    if (lock == 0 || lock > stage.locks.size()) return false;
    if (!is_held_by(stage.locks[lock - 1], tids[place(other(role))])) return false;
  }
  return true;
}

}  // namespace bulkhead

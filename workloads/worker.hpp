// What a worker sees: its whole world. Made by the compartment, handed to Workload::run.
//
// The measured loop is the template repeat(): per operation one relaxed store (the count) and one
// relaxed load (the limit), nothing else. Whatever else can happen - a latency sample, the end of
// the share, a fault, the stop - is an event at which the limit is reached, and pause() sorts it
// out.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>

#include "ipc/clock.hpp"
#include "ipc/lock.hpp"
#include "ipc/private_block.hpp"
#include "ipc/scoreboard.hpp"

namespace bulkhead {

/// Where a fault strikes. `never` is the value of an unarmed trigger.
struct StrikePlan {
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  std::uint64_t at_operation = never;  ///< Before the unit with this number begins.
  std::uint32_t in_section_step = 0;   ///< At this step inside the critical section; 0: not there.
  /// Carries the fault out. May return, end the process, or throw OperationAbandoned.
  void (*strike)(void* context) = nullptr;
  void* context = nullptr;
};

/// Leaves an operation half done, as an exception does that flies out of a critical section. The
/// unit counts as finished: its author thinks so.
struct OperationAbandoned {};

/// The worker cannot go on, and the reason is worth reporting: a lock that nobody will release, a
/// state that cannot be repaired.
class WorkerStuck : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Worker {
 public:
  struct Place {
    std::uint32_t index;
    std::uint32_t count;
    WorkerSlot& slot;
    Control& control;
    const PrivateBlock& private_block;
  };

  Worker(Place place, std::uint64_t seed, Deadline lock_deadline, StrikePlan strike) noexcept;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  [[nodiscard]] std::uint32_t index() const noexcept { return place_.index; }
  [[nodiscard]] std::uint32_t count() const noexcept { return place_.count; }
  [[nodiscard]] LockUser lock_user() const noexcept { return {place_.index}; }
  /// A seed of this worker's own, the same in every mode.
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

  /// Calls `operation(unit)` again and again, from the first unit that is not finished yet, until
  /// the run stops or the worker's share is done.
  template <class Operation>
  void repeat(Operation&& operation) {
    std::uint64_t unit = begin();
    for (;;) {
      try {
        loop(unit, operation);
        return end();
      } catch (const OperationAbandoned&) {
        unit = abandon();
      }
    }
  }

  /// Runs `body(section)` with the lock held. A body that changes several words calls
  /// section.step() between them: a place where a fault may strike. `repair()` is called with the
  /// lock held when the last holder died inside, before the body; it answers whether the state is
  /// sound again. Throws WorkerStuck when the lock cannot be had any more.
  template <class L, class Repair, class Body>
  __attribute__((always_inline)) inline void critical(L& lock, Repair&& repair, Body&& body);

 private:
  enum class Pause { go_on, timed, stop };

  /// Returns when the worker has to stop.
  template <class Operation>
  void loop(std::uint64_t unit, Operation& operation);

  /// The lock was not free and clean at once: wait, repair, or give up. Out of the measured path.
  template <class L, class Repair>
  __attribute__((noinline)) void enter_slowly(L& lock, Acquired acquired, Repair& repair);

  std::uint64_t begin() noexcept;
  /// The limit was reached or taken away: do what is due, set the next limit.
  Pause pause(std::uint64_t unit);
  void end() noexcept;
  /// Counts the unit in work as finished, and answers the next one.
  std::uint64_t abandon() noexcept;
  void record_latency(std::int64_t ns) noexcept;
  void plan_next_sample(std::uint64_t unit) noexcept;
  void strike(std::uint64_t unit);
  void strike_in_section();

  friend class Section;

  Place place_;
  std::uint64_t seed_;
  Deadline lock_deadline_;
  StrikePlan strike_;
  // Looked at on each step inside a section; a plain word of this worker's, so it costs a load.
  std::uint32_t armed_step_;

  std::uint64_t random_;
  std::uint64_t next_sample_ = 0;
  std::int64_t sampling_since_ns_ = 0;
  std::uint64_t sampling_since_unit_ = 0;
};

/// What the body of a critical section holds: its steps, where a fault may strike.
class Section {
 public:
  explicit Section(Worker& worker) noexcept : worker_(worker) {}
  void step() {
    ++step_;
    if (step_ == worker_.armed_step_) [[unlikely]]
      worker_.strike_in_section();
  }

 private:
  Worker& worker_;
  std::uint32_t step_ = 0;
};

template <class Operation>
void Worker::loop(std::uint64_t unit, Operation& operation) {
  std::atomic<std::uint64_t>& finished = place_.slot.finished;
  const std::atomic<std::uint64_t>& limit = place_.slot.limit;
  for (;;) {
    // Relaxed: counts and limits order nothing; whoever reads them wants a recent value.
    while (unit < limit.load(std::memory_order_relaxed)) [[likely]] {
        operation(unit);
        ++unit;
        finished.store(unit, std::memory_order_relaxed);
      }
    const Pause what = pause(unit);
    if (what == Pause::stop) return;
    if (what == Pause::timed) {
      const std::int64_t start_ns = monotonic_ns();
      operation(unit);
      record_latency(monotonic_ns() - start_ns);
      ++unit;
      finished.store(unit, std::memory_order_relaxed);
    }
  }
}

template <class L, class Repair, class Body>
void Worker::critical(L& lock, Repair&& repair, Body&& body) {
  const Acquired acquired = lock.try_lock(lock_user());
  if (acquired != Acquired::clean) [[unlikely]]
    enter_slowly(lock, acquired, repair);
  struct Unlock {
    L& lock;
    LockUser user;
    ~Unlock() { lock.unlock(user); }
  } unlock{lock, lock_user()};
  Section section(*this);
  body(section);
}

template <class L, class Repair>
void Worker::enter_slowly(L& lock, Acquired acquired, Repair& repair) {
  WorkerSlot& slot = place_.slot;
  if (acquired == Acquired::busy) {
    slot.contended.store(slot.contended.load(std::memory_order_relaxed) + 1,
                         std::memory_order_relaxed);
    slot.waiting.store(1, std::memory_order_relaxed);
    acquired = lock.lock(lock_user(), lock_deadline_);
    slot.waiting.store(0, std::memory_order_relaxed);
  }
  if (acquired == Acquired::clean) return;
  if (acquired == Acquired::timed_out) throw WorkerStuck("waited for a lock until its deadline");
  if (acquired == Acquired::unrecoverable) throw WorkerStuck("the lock is not recoverable");
  // Leaving without mark_consistent makes the lock unrecoverable, and rightly so.
  if (!repair()) {
    lock.unlock(lock_user());
    throw WorkerStuck("the state that a dead worker left cannot be repaired");
  }
  lock.mark_consistent();
  slot.repairs.store(slot.repairs.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace bulkhead

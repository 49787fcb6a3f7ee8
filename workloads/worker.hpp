// What a worker sees: its whole world. Made by the compartment, handed to Workload::run.
//
// The measured loop is the template repeat(): per operation one relaxed store (the count) and one
// relaxed load (the limit), nothing else. Whatever else can happen - a latency sample, the end of
// the share, a fault, the stop - is an event at which the limit is reached, and pause() sorts it
// out; a timed operation is a stretch of one. An operation is compiled twice over: in a *plain*
// unit the steps of a critical section are nothing at all, in an *armed* one a fault may strike at
// each. Plain units have one place in the code, so that compilers draw the operation into the loop.
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
#include "workloads/plain_word.hpp"
#include "workloads/random.hpp"
#include "workloads/strike_points.hpp"

namespace bulkhead {

/// Leaves an operation half done, as an exception does that flies out of a critical section. The
/// unit counts as finished: its author thinks so.
struct OperationAbandoned {};

/// The worker cannot go on, and the reason is worth reporting: a lock that nobody will release, a
/// state that cannot be repaired.
class WorkerStuck : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The run is over while an operation waits for another worker: it stays undone, and the loop ends
/// well. Thrown by Patience alone.
struct RunOver {};

class Patience;

class Worker {
 public:
  struct Place {
    std::uint32_t index;
    std::uint32_t count;
    WorkerSlot& slot;
    Control& control;
    const PrivateBlock& private_block;
  };

  /// `deadline`: when a wait for a lock or for another worker gives up. `strikes` must outlive this
  /// object.
  Worker(Place place, std::uint64_t seed, Deadline deadline, StrikePoints& strikes) noexcept
      : place_(place),
        seed_(mix(seed, place.index)),
        deadline_(deadline),
        strikes_(strikes),
        random_(seed_) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  [[nodiscard]] std::uint32_t index() const noexcept { return place_.index; }
  [[nodiscard]] std::uint32_t count() const noexcept { return place_.count; }
  [[nodiscard]] LockUser lock_user() const noexcept { return {place_.index}; }
  /// From now on each wait for a lock is noted there: when the worker's claim stood, and how many
  /// had entered. `doorway` must outlive this object.
  void note_waits_at(Doorway& doorway) noexcept { doorway_ = &doorway; }
  /// A seed of this worker's own, the same in every mode.
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

  /// Calls `operation(unit)` with a Unit again and again, from the first that is not finished yet,
  /// until the run stops or the worker's share is done. The operation takes `auto& unit`.
  template <class Operation>
  void repeat(Operation&& operation) {
    std::uint64_t unit = begin();
    for (;;) {
      try {
        loop(unit, operation);
        return end();
      } catch (const OperationAbandoned&) {
        unit = abandon();
      } catch (const RunOver&) {
        return end();
      }
    }
  }

  /// For workers that need each other, before or after repeat(): calls `step()` for what they wait
  /// for uncounted, until it answers false or the run is over.
  template <class Step>
  void attend(Step&& step) {
    try {
      while (!is_over() && step()) continue;
    } catch (const RunOver&) {
      return;
    }
  }

  /// Whether the run is over for everybody.
  [[nodiscard]] bool is_over() const noexcept {
    return place_.control.stop.load(std::memory_order_relaxed) != 0;
  }

 private:
  enum class Pause { go_on, armed, stop };

  template <class Steps>
  friend class Unit;
  friend class ArmedSteps;
  friend class RepairSteps;
  friend class Patience;

  /// Returns when the worker has to stop.
  template <class Operation>
  void loop(std::uint64_t number, Operation& operation);

  /// lock() where the wait is noted; the CPU time of every so many waits as well, since reading it
  /// is a system call.
  template <class L>
  Acquired wait_at(Doorway& doorway, L& lock) {
    const LockUser user{place_.index, &doorway};
    if (doorway.waits++ % Doorway::timed_every != 0) return lock.lock(user, deadline_);
    const std::int64_t begun_ns = monotonic_ns();
    const std::int64_t cpu_begun_ns = thread_cpu_ns();
    const Acquired acquired = lock.lock(user, deadline_);
    const std::int64_t cpu_ns = thread_cpu_ns() - cpu_begun_ns;
    doorway.timed_cpu_ns.store(doorway.timed_cpu_ns.load(std::memory_order_relaxed) + cpu_ns,
                               std::memory_order_relaxed);
    doorway.timed_ns.store(
        doorway.timed_ns.load(std::memory_order_relaxed) + monotonic_ns() - begun_ns,
        std::memory_order_relaxed);
    return acquired;
  }

  /// The lock was not free and clean at once: wait, repair, or give up. Out of the measured path.
  template <class L, class Repair>
  __attribute__((noinline)) void enter_slowly(L& lock, Acquired acquired, Repair& repair);

  std::uint64_t begin() noexcept;
  /// The limit was reached or taken away: do what is due, set the next limit.
  Pause pause(std::uint64_t unit);
  void end() noexcept;
  /// See Patience.
  void wait_on(std::uint32_t partner);
  void stop_waiting() noexcept;
  /// Counts the unit in work as finished, and answers the next one.
  std::uint64_t abandon() noexcept;
  std::int64_t end_sample(std::uint64_t unit) noexcept;
  void plan_next_sample(std::uint64_t unit) noexcept;

  Place place_;
  std::uint64_t seed_;
  Deadline deadline_;
  StrikePoints& strikes_;
  Doorway* doorway_ = nullptr;

  std::uint64_t random_;
  std::uint64_t next_sample_ = 0;
  std::int64_t sample_start_ns_ = 0;  // Of the unit that is timed; 0: none is.
  std::uint64_t timed_unit_ = 0;
  std::int64_t sampling_since_ns_ = 0;
  std::uint64_t sampling_since_unit_ = 0;
};

/// What keeps a wait for another worker from being a wait for ever. Whoever waits does so in slices
/// of a few milliseconds, and calls this between them.
class Patience {
 public:
  /// `partner`: the worker that is waited for, without whom the wait is in vain.
  Patience(Worker& worker, std::uint32_t partner) noexcept : worker_(worker), partner_(partner) {}
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;
  ~Patience() { over(); }

  /// The wait is over. By itself at the end of its life; by hand where one lasts for many waits,
  /// as it does where making it anew would be a good part of the operation.
  void over() noexcept {
    if (!tried_) [[likely]]
      return;
    tried_ = false;
    worker_.stop_waiting();
  }

  /// Throws RunOver when the run is over, WorkerStuck when the partner is dead and will not be
  /// replaced, or when the worker's deadline passed.
  void operator()() {
    tried_ = true;
    worker_.wait_on(partner_);
  }

 private:
  Worker& worker_;
  std::uint32_t partner_;
  bool tried_ = false;
};

/// Steps at which nothing can go wrong.
struct NoSteps {
  void step() noexcept { crash_point(); }
  void half_done() noexcept { crash_point(); }
};

/// The steps of a critical section that no fault waits for.
struct PlainSteps : NoSteps {
  explicit PlainSteps(Worker&) noexcept {}
};

/// The steps of a critical section in which a fault may strike.
class ArmedSteps {
 public:
  explicit ArmedSteps(Worker& worker) noexcept : worker_(worker) {}
  void step() { at(StepKind::other); }
  void half_done() { at(StepKind::half_done); }

 private:
  void at(StepKind kind) {
    crash_point();
    worker_.strikes_.at_step(++step_, kind);
  }

  Worker& worker_;
  std::uint32_t step_ = 0;
};

/// The steps of a repair; a fault may strike there, too.
class RepairSteps {
 public:
  explicit RepairSteps(Worker& worker) noexcept : worker_(worker) {}
  void step() {
    crash_point();
    worker_.strikes_.at_repair_step(++step_);
  }
  /// A repair that finds nothing half done makes no step.
  [[nodiscard]] std::uint32_t taken() const noexcept { return step_; }

 private:
  Worker& worker_;
  std::uint32_t step_ = 0;
};

/// One unit in work: its number, and the way into a critical section. `Steps` is PlainSteps or
/// ArmedSteps.
template <class Steps>
class Unit {
 public:
  Unit(Worker& worker, LockUser user, std::uint64_t number) noexcept
      : worker_(worker), user_(user), number_(number) {}

  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

  /// Runs `body(steps)` with the lock held. A body that changes several words calls
  /// steps.step() between them, and steps.half_done() once where the update is torn: places where a
  /// fault may strike. `repair(steps)` is called with the lock held
  /// when the last holder died inside, before the body; it answers whether the state is sound
  /// again. Throws WorkerStuck when the lock cannot be had any more.
  template <class L, class Repair, class Body>
  __attribute__((always_inline)) inline void critical(L& lock, Repair&& repair, Body&& body) {
    const Acquired acquired = lock.try_lock(user_);
    if (acquired != Acquired::clean) [[unlikely]]
      worker_.enter_slowly(lock, acquired, repair);
    struct Unlock {
      L& lock;
      LockUser user;
      ~Unlock() { lock.unlock(user); }
    } unlock{lock, user_};
    Steps steps(worker_);
    body(steps);
  }

 private:
  Worker& worker_;
  LockUser user_;
  std::uint64_t number_;
};

/// Where it is called, compilers take what follows for rare and put its code elsewhere. Without it
/// they share the ends of the two units, and the measured loop is the one that jumps.
__attribute__((noinline, cold)) inline void rarely() noexcept {
  asm volatile("");
}

template <class Operation>
void Worker::loop(std::uint64_t number, Operation& operation) {
  std::atomic<std::uint64_t>& finished = place_.slot.finished;
  const std::atomic<std::uint64_t>& limit = place_.slot.limit;
  const LockUser user = lock_user();
  for (;;) {
    // Relaxed: counts and limits order nothing; whoever reads them wants a recent value.
    while (number < limit.load(std::memory_order_relaxed)) [[likely]] {
        Unit<PlainSteps> unit(*this, user, number);
        operation(unit);
        ++number;
        finished.store(number, std::memory_order_relaxed);
      }
    const Pause what = pause(number);
    if (what == Pause::stop) return;
    if (what == Pause::go_on) continue;
    rarely();
    Unit<ArmedSteps> unit(*this, user, number);
    operation(unit);
    ++number;
    finished.store(number, std::memory_order_relaxed);
  }
}

template <class L, class Repair>
void Worker::enter_slowly(L& lock, Acquired acquired, Repair& repair) {
  WorkerSlot& slot = place_.slot;
  if (acquired == Acquired::busy) {
    slot.contended.store(slot.contended.load(std::memory_order_relaxed) + 1,
                         std::memory_order_relaxed);
    slot.waiting.store(1, std::memory_order_relaxed);
    acquired =
        doorway_ == nullptr ? lock.lock({place_.index}, deadline_) : wait_at(*doorway_, lock);
    slot.waiting.store(0, std::memory_order_relaxed);
  }
  if (acquired == Acquired::clean) return;
  if (acquired == Acquired::timed_out) throw WorkerStuck("waited for a lock until its deadline");
  if (acquired == Acquired::unrecoverable) throw WorkerStuck("the lock is not recoverable");
  // Leaving without mark_consistent makes the lock unrecoverable, and rightly so.
  RepairSteps steps(*this);
  if (!repair(steps)) {
    lock.unlock(lock_user());
    throw WorkerStuck("the state that a dead worker left cannot be repaired");
  }
  lock.mark_consistent();
  slot.repairs.store(slot.repairs.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (steps.taken() == 0) return;
  slot.half_done.store(slot.half_done.load(std::memory_order_relaxed) + 1,
                       std::memory_order_relaxed);
}

}  // namespace bulkhead

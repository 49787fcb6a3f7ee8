// The measured loop against the same loop written by hand: one relaxed store of the count, one
// relaxed look at a stop flag.

#include <atomic>
#include <cstdint>
#include <memory>

#include "bench/bench.hpp"
#include "ipc/arena.hpp"
#include "ipc/locks/mutex_lock.hpp"
#include "ipc/locks/none_lock.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"

namespace bulkhead::bench {
namespace {

struct alignas(cache_line_bytes) Word {
  PlainWord<std::uint64_t> word;
};

/// One worker on memory of its own, as a compartment would give it.
struct Stage {
  Stage() { init_shared_mutex(bare_mutex, {}); }

  Scoreboard scoreboard{1};
  PrivateBlock block{1};
  pthread_mutex_t bare_mutex;
  Arena arena{std::size_t{1} << 16};
  MutexLock mutex{LockSetup{arena}};
  NoneLock none{LockSetup{arena}};
  Word result;
  Word stop;
  Word count;

  WorkerSlot& slot() { return scoreboard.slots()[0]; }
};

std::uint64_t chain(std::uint64_t value) {
  for (int step = 0; step < 100; ++step) {
    value = value * 6364136223846793005u + 1442695040888963407u;
    asm volatile("" : "+r"(value));
  }
  return value;
}

template <class Loop>
double time_per_operation(std::uint64_t operations, Loop&& loop) {
  const std::int64_t begun_ns = monotonic_ns();
  loop();
  return static_cast<double>(monotonic_ns() - begun_ns) / static_cast<double>(operations);
}

/// The loop by hand.
template <class Operation>
__attribute__((noinline)) void loop_bare(Stage& stage, std::uint64_t operations,
                                         Operation operation) {
  std::uint64_t done = 0;
  while (done < operations && stage.stop.word.get() == 0) {
    operation(done);
    ++done;
    stage.count.word.set(done);
  }
}

/// The loop through a worker.
template <class Operation>
__attribute__((noinline)) void loop_ours(Stage& stage, std::uint64_t operations,
                                         Operation operation) {
  stage.slot().finished.store(0);
  stage.slot().share.store(operations);
  NoStrikes strikes;
  Worker worker({0, 1, stage.slot(), stage.scoreboard.control(), stage.block}, 1,
                Deadline::in(60 * ns_per_second), strikes);
  worker.repeat([&](auto& unit) { operation(unit); });
}

template <class Bare, class Ours>
Comparison compare(std::uint64_t operations, Bare bare, Ours ours) {
  auto stage = std::make_shared<Stage>();
  return {[=] {
            return time_per_operation(operations, [&] {
              loop_bare(
                  *stage, operations, [&](std::uint64_t unit) __attribute__((always_inline)) {
                    bare(*stage, unit);
                  });
            });
          },
          [=] {
            return time_per_operation(operations, [&] {
              loop_ours(
                  *stage, operations, [&](auto& unit) __attribute__((always_inline)) {
                    ours(*stage, unit);
                  });
            });
          }};
}

Comparison empty() {
  return compare(
      100'000'000, [](Stage&, std::uint64_t) {}, [](Stage&, auto&) {});
}

Comparison spin() {
  return compare(
      1'000'000, [](Stage& stage, std::uint64_t unit) { stage.result.word.set(chain(unit)); },
      [](Stage& stage, auto& unit) { stage.result.word.set(chain(unit.number())); });
}

void increment(Stage& stage) {
  stage.result.word.set(stage.result.word.get() + 1);
}

template <class L, class AnyUnit>
void increment_locked(Stage& stage, AnyUnit& unit, L& lock) {
  unit.critical(
      lock, [](auto&) { return true; },
      [&](auto& steps) {
        const std::uint64_t seen = stage.result.word.get();
        steps.half_done();
        stage.result.word.set(seen + 1);
      });
}

Comparison counter_mutex() {
  return compare(
      5'000'000,
      [](Stage& stage, std::uint64_t) {
        pthread_mutex_lock(&stage.bare_mutex);
        increment(stage);
        pthread_mutex_unlock(&stage.bare_mutex);
      },
      [](Stage& stage, auto& unit) { increment_locked(stage, unit, stage.mutex); });
}

Comparison counter_none() {
  return compare(
      50'000'000, [](Stage& stage, std::uint64_t) { increment(stage); },
      [](Stage& stage, auto& unit) { increment_locked(stage, unit, stage.none); });
}

const BenchRegistry::Registration registered[] = {
    BenchRegistry::Registration{{"loop-empty", "measured loop that does nothing", 1.02, empty}},
    BenchRegistry::Registration{{"loop-spin", "measured loop of spin", 1.02, spin}},
    BenchRegistry::Registration{
        {"loop-counter", "measured loop of counter, mutex", 1.02, counter_mutex}},
    BenchRegistry::Registration{
        {"loop-counter-none", "measured loop of counter, no lock", 1.02, counter_none}},
};

}  // namespace
}  // namespace bulkhead::bench

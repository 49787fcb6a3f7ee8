// The measured loop, and the same loop by hand: one relaxed store of the count, one relaxed look at
// a stop flag. Both around any operation on any stage.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "bench/bench.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"

namespace bulkhead::bench {

struct alignas(cache_line_bytes) Word {
  PlainWord<std::uint64_t> word;
};

/// What one worker has, as a compartment would give it, and what the loop by hand has. What else an
/// operation needs is added by deriving from it.
struct LoopStage {
  Scoreboard scoreboard{1};
  PrivateBlock block{1};
  Word result;
  Word stop;
  Word count;

  WorkerSlot& slot() { return scoreboard.slots()[0]; }
};

/// The shortest of several: other guests of the machine take caches and clock, too. In CPU time, so
/// that what others take of the CPU meanwhile does not count.
template <class Loop>
double time_per_operation(std::uint64_t operations, Loop&& loop) {
  constexpr int repeats = 9;
  std::int64_t best_ns = INT64_MAX;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const std::int64_t begun_ns = thread_cpu_ns();
    loop();
    best_ns = std::min(best_ns, thread_cpu_ns() - begun_ns);
  }
  return static_cast<double>(best_ns) / static_cast<double>(operations);
}

/// The loop by hand.
template <class Stage, class Operation>
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
template <class Stage, class Operation>
__attribute__((noinline)) void loop_ours(Stage& stage, std::uint64_t operations,
                                         Operation operation) {
  stage.slot().finished.store(0);
  stage.slot().share.store(operations);
  NoStrikes strikes;
  Worker worker({0, 1, stage.slot(), stage.scoreboard.control(), stage.block}, 1,
                Deadline::in(60 * ns_per_second), strikes);
  worker.repeat([&](auto& unit) { operation(unit); });
}

/// A loop through a worker, timed. `operation(stage, unit)`.
template <class Stage, class Operation>
double time_ours(Stage& stage, std::uint64_t operations, Operation operation) {
  return time_per_operation(operations, [&] {
    loop_ours(
        stage,
        operations, [&](auto& unit) __attribute__((always_inline)) { operation(stage, unit); });
  });
}

/// `bare(stage, number)` in the loop by hand against `ours(stage, unit)` in the worker's.
template <class Stage, class Bare, class Ours>
Comparison compare_loops(std::uint64_t operations, Bare bare, Ours ours) {
  auto stage = std::make_shared<Stage>();
  return {[=] {
            return time_per_operation(operations, [&] {
              loop_bare(
                  *stage, operations, [&](std::uint64_t unit) __attribute__((always_inline)) {
                    bare(*stage, unit);
                  });
            });
          },
          [=] { return time_ours(*stage, operations, ours); }};
}

/// Both in the worker's loop, where only what the operations themselves cost is asked for.
template <class Stage, class Bare, class Ours>
Comparison compare_operations(std::uint64_t operations, Bare bare, Ours ours) {
  auto stage = std::make_shared<Stage>();
  return {[=] { return time_ours(*stage, operations, bare); },
          [=] { return time_ours(*stage, operations, ours); }};
}

/// count += 1, by hand and inside a unit's critical section.
inline void increment(LoopStage& stage) {
  stage.result.word.set(stage.result.word.get() + 1);
}

template <class L, class AnyUnit>
__attribute__((always_inline)) inline void increment_locked(LoopStage& stage, AnyUnit& unit,
                                                            L& lock) {
  unit.critical(
      lock, [](auto&) { return true; },
      [&](auto& steps) {
        const std::uint64_t seen = stage.result.word.get();
        steps.half_done();
        stage.result.word.set(seen + 1);
      });
}

}  // namespace bulkhead::bench

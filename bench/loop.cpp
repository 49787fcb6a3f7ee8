// The measured loop against the same loop written by hand.

#include <cstdint>

#include "bench/bench.hpp"
#include "bench/loops.hpp"
#include "ipc/arena.hpp"
#include "ipc/locks/mutex_lock.hpp"
#include "ipc/locks/none_lock.hpp"

namespace bulkhead::bench {
namespace {

struct Stage : LoopStage {
  Stage() { init_shared_mutex(bare_mutex, {}); }

  pthread_mutex_t bare_mutex;
  Arena arena{std::size_t{1} << 16};
  MutexLock mutex{LockSetup{arena}};
  NoneLock none{LockSetup{arena}};
};

template <class Bare, class Ours>
Comparison compare(std::uint64_t operations, Bare bare, Ours ours) {
  return compare_loops<Stage>(operations, bare, ours);
}

std::uint64_t chain(std::uint64_t value) {
  for (int step = 0; step < 100; ++step) {
    value = value * 6364136223846793005u + 1442695040888963407u;
    asm volatile("" : "+r"(value));
  }
  return value;
}

Comparison empty() {
  return compare(
      20'000'000, [](Stage&, std::uint64_t) {}, [](Stage&, auto&) {});
}

Comparison spin() {
  return compare(
      200'000, [](Stage& stage, std::uint64_t unit) { stage.result.word.set(chain(unit)); },
      [](Stage& stage, auto& unit) { stage.result.word.set(chain(unit.number())); });
}

Comparison counter_mutex() {
  return compare(
      1'000'000,
      [](Stage& stage, std::uint64_t) {
        // A wait that can end has to try first, by hand as well; lock-mutex shows what that costs.
        if (pthread_mutex_trylock(&stage.bare_mutex) != 0) pthread_mutex_lock(&stage.bare_mutex);
        increment(stage);
        pthread_mutex_unlock(&stage.bare_mutex);
      },
      [](Stage& stage, auto& unit) { increment_locked(stage, unit, stage.mutex); });
}

Comparison counter_none() {
  return compare(
      10'000'000, [](Stage& stage, std::uint64_t) { increment(stage); },
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

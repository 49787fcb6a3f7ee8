#include "workloads/worker.hpp"

#include <vector>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// A worker on a scoreboard of its own, in this process.
struct Stage {
  explicit Stage(StrikePlan strike = {})
      : worker({0, 1, scoreboard.slots()[0], scoreboard.control(), block}, 1,
               Deadline::in(ns_per_second), strike) {
    slot().share.store(no_limit);
  }
  WorkerSlot& slot() { return scoreboard.slots()[0]; }
  void stop() {
    scoreboard.control().stop.store(1);
    scoreboard.call_all();
  }

  Scoreboard scoreboard{1};
  PrivateBlock block{1};
  Worker worker;
};

std::uint64_t samples_of(const WorkerSlot& slot) {
  LatencyHistogram::Counts counts{};
  slot.latency.add_to(counts);
  std::uint64_t samples = 0;
  for (const std::uint64_t count : counts) samples += count;
  return samples;
}

/// Marks that it was called.
void mark(void* context) {
  ++*static_cast<int*>(context);
}

void abandon(void* context) {
  mark(context);
  throw OperationAbandoned{};
}

/// A lock whose answers a test decides.
struct ScriptedLock {
  Acquired first = Acquired::clean;
  Acquired then = Acquired::clean;
  int unlocked = 0;
  int marked = 0;

  Acquired try_lock(LockUser) { return first; }
  Acquired lock(LockUser, Deadline) { return then; }
  void unlock(LockUser) { ++unlocked; }
  void mark_consistent() { ++marked; }
};

}  // namespace

TEST_CASE("a worker does exactly its share, in order, and says that it is done", "[worker]") {
  Stage stage;
  stage.slot().share.store(1000);
  std::vector<std::uint64_t> units;
  stage.worker.repeat([&](std::uint64_t unit) { units.push_back(unit); });
  REQUIRE(units.size() == 1000);
  for (std::uint64_t unit = 0; unit < 1000; ++unit) REQUIRE(units[unit] == unit);
  REQUIRE(stage.slot().finished.load() == 1000);
  REQUIRE(stage.slot().ended_ns.load() > 0);
  REQUIRE(stage.slot().in_operation.load() == 0);
}

TEST_CASE("a worker without a share left does nothing", "[worker]") {
  Stage stage;
  stage.slot().share.store(0);
  stage.worker.repeat([&](std::uint64_t) { FAIL("it worked"); });
  REQUIRE(stage.slot().finished.load() == 0);
}

TEST_CASE("a worker stops after the operation in which the stop came", "[worker]") {
  Stage stage;
  stage.worker.repeat([&](std::uint64_t unit) {
    if (unit == 500) stage.stop();
  });
  REQUIRE(stage.slot().finished.load() == 501);
}

TEST_CASE("a replacement begins with the unit that its predecessor did not finish", "[worker]") {
  Stage stage;
  stage.slot().finished.store(17);
  stage.slot().share.store(20);
  std::vector<std::uint64_t> units;
  stage.worker.repeat([&](std::uint64_t unit) { units.push_back(unit); });
  REQUIRE(units == std::vector<std::uint64_t>{17, 18, 19});
}

TEST_CASE("latencies are sampled, and no more of them than operations", "[worker]") {
  Stage stage;
  stage.slot().share.store(100'000);
  volatile std::uint64_t sink = 0;
  stage.worker.repeat([&](std::uint64_t unit) { sink = unit; });
  const std::uint64_t samples = samples_of(stage.slot());
  REQUIRE(samples >= 2);
  REQUIRE(samples <= 100'000);
  REQUIRE(stage.slot().first_operation_ns.load() > 0);
}

TEST_CASE("a fault strikes once, before exactly the operation it was meant for", "[worker]") {
  int strikes = 0;
  Stage stage({.at_operation = 300, .strike = mark, .context = &strikes});
  stage.slot().share.store(1000);
  stage.worker.repeat([&](std::uint64_t unit) { REQUIRE(strikes == (unit >= 300 ? 1 : 0)); });
  REQUIRE(strikes == 1);
  REQUIRE(stage.slot().struck_at.load() == 300);
  REQUIRE(stage.slot().struck_ns.load() > 0);
}

TEST_CASE("a worker that is told to strike now does so before its next operation", "[worker]") {
  int strikes = 0;
  Stage stage({.strike = mark, .context = &strikes});
  stage.slot().share.store(1000);
  stage.worker.repeat([&](std::uint64_t unit) {
    REQUIRE(strikes == (unit > 200 ? 1 : 0));
    if (unit == 200) {
      stage.slot().strike_now.store(1);
      Scoreboard::call(stage.slot());
    }
  });
  REQUIRE(stage.slot().struck_at.load() == 201);
}

TEST_CASE("an unarmed worker ignores the order to strike", "[worker]") {
  Stage stage;
  stage.slot().share.store(10);
  stage.slot().strike_now.store(1);
  stage.worker.repeat([](std::uint64_t) {});
  REQUIRE(stage.slot().struck_ns.load() == 0);
  REQUIRE(stage.slot().finished.load() == 10);
}

TEST_CASE("a fault inside a section strikes at its step, with the lock held", "[worker]") {
  int strikes = 0;
  Stage stage({.at_operation = 5, .in_section_step = 2, .strike = mark, .context = &strikes});
  stage.slot().share.store(10);
  ScriptedLock lock;
  stage.worker.repeat([&](std::uint64_t unit) {
    stage.worker.critical(
        lock, [] { return true; },
        [&](Section& section) {
          section.step();
          REQUIRE(strikes == (unit > 5 ? 1 : 0));
          section.step();
          REQUIRE(strikes == (unit >= 5 ? 1 : 0));
        });
  });
  REQUIRE(strikes == 1);
  REQUIRE(lock.unlocked == 10);
}

TEST_CASE("an abandoned operation releases the lock and counts as finished", "[worker]") {
  int strikes = 0;
  Stage stage({.at_operation = 3, .in_section_step = 1, .strike = abandon, .context = &strikes});
  stage.slot().share.store(10);
  ScriptedLock lock;
  int whole = 0;
  stage.worker.repeat([&](std::uint64_t) {
    stage.worker.critical(
        lock, [] { return true; },
        [&](Section& section) {
          section.step();
          ++whole;
        });
  });
  REQUIRE(whole == 9);
  REQUIRE(lock.unlocked == 10);
  REQUIRE(stage.slot().finished.load() == 10);
  REQUIRE(stage.slot().abandoned.load() == 1);
}

TEST_CASE("after a dead owner the state is repaired before the lock is marked consistent",
          "[worker]") {
  Stage stage;
  ScriptedLock lock{.first = Acquired::owner_died};
  bool repaired = false;
  stage.worker.critical(
      lock,
      [&] {
        REQUIRE(lock.marked == 0);
        repaired = true;
        return true;
      },
      [&](Section&) { REQUIRE(lock.marked == 1); });
  REQUIRE(repaired);
  REQUIRE(stage.slot().repairs.load() == 1);
  REQUIRE(lock.unlocked == 1);
}

TEST_CASE("a failed repair leaves the lock inconsistent and stops the worker", "[worker]") {
  Stage stage;
  ScriptedLock lock{.first = Acquired::owner_died};
  REQUIRE_THROWS_AS(stage.worker.critical(
                        lock, [] { return false; }, [](Section&) { FAIL("it went in"); }),
                    WorkerStuck);
  REQUIRE(lock.marked == 0);
  REQUIRE(lock.unlocked == 1);
  REQUIRE(stage.slot().repairs.load() == 0);
}

TEST_CASE("a lock that cannot be had stops the worker and says why", "[worker]") {
  Stage stage;
  const auto enter = [&](ScriptedLock& lock) {
    stage.worker.critical(
        lock, [] { return true; }, [](Section&) { FAIL("it went in"); });
  };
  ScriptedLock late{.first = Acquired::busy, .then = Acquired::timed_out};
  REQUIRE_THROWS_WITH(enter(late), "waited for a lock until its deadline");
  ScriptedLock lost{.first = Acquired::unrecoverable};
  REQUIRE_THROWS_WITH(enter(lost), "the lock is not recoverable");
  REQUIRE(late.unlocked + lost.unlocked == 0);
}

TEST_CASE("a contended entry is counted, an uncontended one is not", "[worker]") {
  Stage stage;
  ScriptedLock free_lock;
  ScriptedLock busy_lock{.first = Acquired::busy};
  const auto enter = [&](ScriptedLock& lock) {
    stage.worker.critical(
        lock, [] { return true; }, [](Section&) {});
  };
  enter(free_lock);
  REQUIRE(stage.slot().contended.load() == 0);
  enter(busy_lock);
  REQUIRE(stage.slot().contended.load() == 1);
  REQUIRE(stage.slot().waiting.load() == 0);
}

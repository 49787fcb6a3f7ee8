#include "workloads/worker.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// Strikes before one unit, at a step of that unit, when told to, or at a step of a repair.
struct ScriptedStrikes final : StrikePoints {
  std::uint64_t& unit = next_unit_;
  std::uint32_t step = 0;  // 0: before the unit.
  std::uint32_t repair_step = 0;
  bool abandons = false;
  int strikes = 0;
  std::uint32_t last_signs = 0;

  bool before_unit(std::uint64_t now, std::uint32_t signs) override {
    last_signs = signs;
    if (step != 0) return now == unit;
    unit = no_limit;
    strike();
    return false;
  }
  void at_step(std::uint32_t now, StepKind) override {
    if (now != step) return;
    unit = no_limit;
    strike();
  }
  void at_repair_step(std::uint32_t now) override {
    if (now == repair_step) strike();
  }
  void strike() {
    ++strikes;
    if (abandons) throw OperationAbandoned{};
  }
};

/// A worker on a scoreboard of its own, in this process.
struct Stage {
  Stage() { slot().share.store(no_limit); }
  WorkerSlot& slot() { return scoreboard.slots()[0]; }
  void stop() {
    scoreboard.control().stop.store(1);
    scoreboard.call_all();
  }

  Scoreboard scoreboard{1};
  PrivateBlock block{1};
  ScriptedStrikes strikes;
  Worker worker{{0, 1, scoreboard.slots()[0], scoreboard.control(), block},
                1,
                Deadline::in(ns_per_second),
                strikes};
};

std::uint64_t samples_of(const WorkerSlot& slot) {
  LatencyHistogram::Counts counts{};
  slot.latency.add_to(counts);
  std::uint64_t samples = 0;
  for (const std::uint64_t count : counts) samples += count;
  return samples;
}

/// Enters once, as the operation of one unit.
template <class L, class Repair, class Body>
void enter_once(Stage& stage, L& lock, Repair repair, Body body) {
  stage.slot().share.store(1);
  stage.worker.repeat([&](auto& unit) { unit.critical(lock, repair, body); });
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
  stage.worker.repeat([&](auto& unit) { units.push_back(unit.number()); });
  REQUIRE(units.size() == 1000);
  for (std::uint64_t unit = 0; unit < 1000; ++unit) REQUIRE(units[unit] == unit);
  REQUIRE(stage.slot().finished.load() == 1000);
  REQUIRE(stage.slot().ended_ns.load() > 0);
  REQUIRE(stage.slot().in_operation.load() == 0);
}

TEST_CASE(
    "an operation that is timed takes as long as it takes, without what comes before and after",
    "[worker]") {
  Stage stage;
  constexpr std::int64_t nap_ns = 2 * ns_per_ms;
  stage.slot().share.store(1);
  stage.worker.repeat(
      [&](auto&) { std::this_thread::sleep_for(std::chrono::nanoseconds(nap_ns)); });
  REQUIRE(samples_of(stage.slot()) == 1);
  LatencyHistogram::Counts counts{};
  stage.slot().latency.add_to(counts);
  std::uint64_t shorter = 0;
  for (std::size_t bucket = 0; bucket < LatencyHistogram::bucket_of(nap_ns); ++bucket) {
    shorter += counts[bucket];
  }
  CHECK(shorter == 0);
}

TEST_CASE("an operation that was abandoned leaves no sample", "[worker]") {
  Stage stage;
  stage.slot().share.store(1);
  stage.worker.repeat([&](auto&) { throw OperationAbandoned{}; });
  REQUIRE(stage.slot().finished.load() == 1);
  REQUIRE(samples_of(stage.slot()) == 0);
}

TEST_CASE("a wait in front of the loop ends well when the run is over before its turn comes",
          "[worker]") {
  Stage stage;
  bool came = false;
  stage.worker.attend([&] {
    Patience patience(stage.worker, 0);
    stage.stop();
    patience();
    came = true;
    return false;
  });
  CHECK_FALSE(came);
  CHECK(stage.slot().waiting.load() == 0);
}

TEST_CASE("a patience that lasts for many waits says after each that it waits no more",
          "[worker]") {
  Stage stage;
  stage.slot().state.store(WorkerState::running);
  Patience patience(stage.worker, 0);
  for (int wait = 0; wait < 2; ++wait) {
    patience();
    CHECK(stage.slot().waiting.load() == 1);
    patience.over();
    CHECK(stage.slot().waiting.load() == 0);
  }
}

TEST_CASE("a worker without a share left does nothing", "[worker]") {
  Stage stage;
  stage.slot().share.store(0);
  stage.worker.repeat([&](auto&) { FAIL("it worked"); });
  REQUIRE(stage.slot().finished.load() == 0);
}

TEST_CASE("a worker stops after the operation in which the stop came", "[worker]") {
  Stage stage;
  stage.worker.repeat([&](auto& unit) {
    if (unit.number() == 500) stage.stop();
  });
  REQUIRE(stage.slot().finished.load() == 501);
}

TEST_CASE("a replacement begins with the unit that its predecessor did not finish", "[worker]") {
  Stage stage;
  stage.slot().finished.store(17);
  stage.slot().share.store(20);
  std::vector<std::uint64_t> units;
  stage.worker.repeat([&](auto& unit) { units.push_back(unit.number()); });
  REQUIRE(units == std::vector<std::uint64_t>{17, 18, 19});
}

TEST_CASE("latencies are sampled, and no more of them than operations", "[worker]") {
  Stage stage;
  stage.slot().share.store(100'000);
  volatile std::uint64_t sink = 0;
  stage.worker.repeat([&](auto& unit) { sink = unit.number(); });
  const std::uint64_t samples = samples_of(stage.slot());
  REQUIRE(samples >= 2);
  REQUIRE(samples <= 100'000);
  REQUIRE(stage.slot().first_operation_ns.load() > 0);
}

TEST_CASE("a fault strikes once, before exactly the operation it was meant for", "[worker]") {
  Stage stage;
  stage.strikes.unit = 300;
  stage.slot().share.store(1000);
  stage.worker.repeat(
      [&](auto& unit) { REQUIRE(stage.strikes.strikes == (unit.number() >= 300 ? 1 : 0)); });
  REQUIRE(stage.strikes.strikes == 1);
}

TEST_CASE("a worker that is told to strike now looks before its next operation", "[worker]") {
  Stage stage;
  stage.slot().share.store(1000);
  stage.worker.repeat([&](auto& unit) {
    if (unit.number() == 201) {
      REQUIRE(stage.strikes.strikes == 1);
      REQUIRE(stage.strikes.last_signs == 4);
    }
    if (unit.number() != 200) return;
    REQUIRE(stage.strikes.strikes == 0);
    stage.slot().strike_now.store(4);
    Scoreboard::call(stage.slot());
  });
}

TEST_CASE("a fault inside a section strikes at its step, with the lock held", "[worker]") {
  Stage stage;
  stage.strikes.unit = 5;
  stage.strikes.step = 2;
  stage.slot().share.store(10);
  ScriptedLock lock;
  stage.worker.repeat([&](auto& unit) {
    unit.critical(
        lock, [](auto&) { return true; },
        [&](auto& steps) {
          steps.step();
          REQUIRE(stage.strikes.strikes == (unit.number() > 5 ? 1 : 0));
          steps.half_done();
          REQUIRE(stage.strikes.strikes == (unit.number() >= 5 ? 1 : 0));
        });
  });
  REQUIRE(stage.strikes.strikes == 1);
  REQUIRE(lock.unlocked == 10);
}

TEST_CASE("an abandoned operation releases the lock and counts as finished", "[worker]") {
  Stage stage;
  stage.strikes.unit = 3;
  stage.strikes.step = 1;
  stage.strikes.abandons = true;
  stage.slot().share.store(10);
  ScriptedLock lock;
  int whole = 0;
  stage.worker.repeat([&](auto& unit) {
    unit.critical(
        lock, [](auto&) { return true; },
        [&](auto& steps) {
          steps.half_done();
          ++whole;
        });
  });
  REQUIRE(whole == 9);
  REQUIRE(lock.unlocked == 10);
  REQUIRE(stage.slot().finished.load() == 10);
  REQUIRE(stage.slot().abandoned.load() == 1);
}

TEST_CASE("a fault can strike at a step of the repair", "[worker]") {
  Stage stage;
  stage.strikes.repair_step = 2;
  ScriptedLock lock{.first = Acquired::owner_died};
  enter_once(
      stage, lock,
      [&](auto& steps) {
        steps.step();
        REQUIRE(stage.strikes.strikes == 0);
        steps.step();
        REQUIRE(stage.strikes.strikes == 1);
        return true;
      },
      [](auto&) {});
}

TEST_CASE("after a dead owner the state is repaired before the lock is marked consistent",
          "[worker]") {
  Stage stage;
  ScriptedLock lock{.first = Acquired::owner_died};
  bool repaired = false;
  enter_once(
      stage, lock,
      [&](auto&) {
        REQUIRE(lock.marked == 0);
        repaired = true;
        return true;
      },
      [&](auto&) { REQUIRE(lock.marked == 1); });
  REQUIRE(repaired);
  REQUIRE(stage.slot().repairs.load() == 1);
  REQUIRE(lock.unlocked == 1);
}

TEST_CASE("a failed repair leaves the lock inconsistent and stops the worker", "[worker]") {
  Stage stage;
  ScriptedLock lock{.first = Acquired::owner_died};
  REQUIRE_THROWS_AS(
      enter_once(
          stage, lock, [](auto&) { return false; }, [](auto&) { FAIL("it went in"); }),
      WorkerStuck);
  REQUIRE(lock.marked == 0);
  REQUIRE(lock.unlocked == 1);
  REQUIRE(stage.slot().repairs.load() == 0);
}

TEST_CASE("a lock that cannot be had stops the worker and says why", "[worker]") {
  Stage stage;
  const auto enter = [&](ScriptedLock& lock) {
    enter_once(
        stage, lock, [](auto&) { return true; }, [](auto&) { FAIL("it went in"); });
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
    stage.slot().finished.store(0);
    enter_once(
        stage, lock, [](auto&) { return true; }, [](auto&) {});
  };
  enter(free_lock);
  REQUIRE(stage.slot().contended.load() == 0);
  enter(busy_lock);
  REQUIRE(stage.slot().contended.load() == 1);
  REQUIRE(stage.slot().waiting.load() == 0);
}

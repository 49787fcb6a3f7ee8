// The place where the two workers of a hazard meet: who waits for whom there, and for how long.

#include "runner/faults/stage.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "runner/trial/stages.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

/// A stage as a trial with such a fault has one.
class TestStage {
 public:
  TestStage() { REQUIRE(stages_.any()); }
  Stage& operator*() { return *stages_.of(0); }

 private:
  static Plan plan() {
    Plan plan = small_plan("bank", 2, {"thread"});
    arm(plan, "lost-update", 0, {});
    return plan;
  }

  Plan plan_ = plan();
  Stages stages_{plan_.faults};
};

Deadline long_enough() {
  return Deadline::in(30 * s);
}

std::uint32_t this_thread() {
  return static_cast<std::uint32_t>(syscall(SYS_gettid));
}

}  // namespace

TEST_CASE("two who come to the stage meet", "[stage]") {
  TestStage stage;
  auto late = std::async(std::launch::async, [&] {
    usleep(20'000);
    return meet(*stage, Role::partner, long_enough());
  });
  CHECK(meet(*stage, Role::culprit, long_enough()));
  CHECK(late.get());
}

TEST_CASE("who comes alone gives up, and a late one does not wait for somebody who has left",
          "[stage]") {
  TestStage stage;
  CHECK_FALSE(meet(*stage, Role::culprit, Deadline::in(5 * ms)));
  CHECK_FALSE(meet(*stage, Role::partner, long_enough()));
}

TEST_CASE("a step is kept by two, and not by one alone", "[stage]") {
  using KeepStep = bool (*)(Stage&, Role, Deadline) noexcept;
  for (const KeepStep keep : {KeepStep(keep_step), KeepStep(keep_step_awake)}) {
    TestStage stage;
    auto other_one =
        std::async(std::launch::async, [&] { return keep(*stage, Role::partner, long_enough()); });
    CHECK(keep(*stage, Role::culprit, long_enough()));
    CHECK(other_one.get());
    CHECK_FALSE(keep(*stage, Role::culprit, Deadline::in(5 * ms)));
  }
}

TEST_CASE("two who wait for each other's lock are a cycle, and one who waits is none", "[stage]") {
  TestStage stage;
  std::atomic<std::uint32_t> partner_tid{0};
  REQUIRE(try_take(*stage, 0));
  auto other_one = std::async(std::launch::async, [&] {
    const bool first = try_take(*stage, 1);
    partner_tid = this_thread();
    const bool second = take(*stage, Role::partner, 0, long_enough());
    give_back(*stage, 0);
    give_back(*stage, 1);
    return first && second;
  });
  while (partner_tid == 0) usleep(500);
  while (stage.operator*().awaited_lock[1].value == 0) usleep(500);
  const std::array<std::uint32_t, 2> players{this_thread(), partner_tid};
  CHECK_FALSE(wait_in_a_cycle(*stage, players));
  // As if this thread waited for the other one's, which it must not do here.
  (*stage).awaited_lock[0].value = 2;
  CHECK(wait_in_a_cycle(*stage, players));
  (*stage).awaited_lock[0].value = 1'000;
  CHECK_FALSE(wait_in_a_cycle(*stage, players));
  give_back(*stage, 0);
  CHECK(other_one.get());
}

// no_tsan: ThreadSanitizer takes an unlock by another process for an error.
TEST_CASE("the next taker gets a lock of the stage whose holder died", "[stage][fork][no_tsan]") {
  TestStage stage;
  REQUIRE(in_child([&] { return try_take(*stage, 0) ? 0 : 1; }).number == 0);
  REQUIRE(take(*stage, Role::partner, 0, long_enough()));
  give_back(*stage, 0);
  CHECK(try_take(*stage, 0));
  give_back(*stage, 0);
}

TEST_CASE("a trial has a stage for each fault that takes two workers, and for no other",
          "[stage]") {
  Plan plan = small_plan("bank", 4, {"process"});
  CHECK_FALSE(Stages(plan.faults).any());
  arm(plan, "kill-9", 1, {});
  CHECK_FALSE(Stages(plan.faults).any());
  arm(plan, "aba", 1, {});
  arm(plan, "livelock", 1, {});
  const Stages stages(plan.faults);
  CHECK(stages.of(0) == nullptr);
  REQUIRE(stages.of(1) != nullptr);
  REQUIRE(stages.of(2) != nullptr);
  CHECK(stages.of(1) != stages.of(2));
  CHECK(stages.of(3) == nullptr);
}

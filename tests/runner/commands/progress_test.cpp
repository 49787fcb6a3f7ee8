#include "runner/commands/progress.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

Plan plan_with_fault() {
  Plan plan;
  plan.modes = {{"thread", 1, 2}, {"process", 2, 1}};
  plan.rounds = {11, 11, std::nullopt};
  plan.faults.emplace_back();
  plan.faults.back().text = "segv-null";
  return plan;
}

ProgressState state_of(const Plan& plan) {
  return {plan, 2, 0, 4, 1, true, 2, 3 * second_ns, 4 * second_ns - 1};
}

}  // namespace

TEST_CASE("progress says round, trial, time left and deaths", "[commands][progress]") {
  const Plan plan = plan_with_fault();
  CHECK(progress_line(state_of(plan), 80) == "round 3/11  process + segv-null  4 s left  2 deaths");
}

TEST_CASE("progress leaves out what there is not", "[commands][progress]") {
  const Plan plan = plan_with_fault();
  ProgressState state = state_of(plan);
  state.with_faults = false;
  state.deaths = 0;
  state.left_ns = 0;
  CHECK(progress_line(state, 80) == "round 3/11  process");
  state.deaths = 1;
  CHECK(progress_line(state, 80) == "round 3/11  process  1 death");
}

TEST_CASE("with a precision the time left is a bound", "[commands][progress]") {
  Plan plan = plan_with_fault();
  plan.rounds = {7, 100, 0.01};
  ProgressState state = state_of(plan);
  state.left_ns = 300 * second_ns;
  CHECK(progress_line(state, 80) ==
        "round 3/100  process + segv-null  at most 5 min left  2 deaths");
}

TEST_CASE("progress never fills the last column", "[commands][progress]") {
  const Plan plan = plan_with_fault();
  CHECK(progress_line(state_of(plan), 20) == "round 3/11  process");
  CHECK(progress_line(state_of(plan), 1).empty());
  CHECK(progress_line(state_of(plan), 0).empty());
}

#include "runner/trial/speed_follower.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

constexpr std::int64_t slice = SpeedFollower::slice_ns;

/// One worker whose progress a test adds slice by slice.
struct Run {
  SpeedFollower follower;
  std::int64_t now_ns = 0;
  std::uint64_t finished = 0;

  void add(std::uint64_t units, bool struck) {
    now_ns += slice;
    finished += units;
    follower.add({now_ns, {finished}}, struck);
  }
};

}  // namespace

TEST_CASE("the speed is back at the end of the first fast slice after the last slow one",
          "[speed]") {
  Run run;
  for (int before = 0; before < 4; ++before) run.add(100, false);
  run.add(50, true);
  run.add(10, true);
  run.add(95, true);
  const std::int64_t first_fast_ns = run.now_ns;
  run.add(100, true);
  CHECK(run.follower.back_ns() == first_fast_ns);
  run.add(20, true);
  CHECK(run.follower.back_ns() == 0);
  run.add(90, true);
  CHECK(run.follower.back_ns() == run.now_ns);
}

TEST_CASE("a speed that never comes back has no such moment", "[speed]") {
  Run run;
  for (int before = 0; before < 4; ++before) run.add(100, false);
  for (int after = 0; after < 4; ++after) run.add(80, true);
  CHECK(run.follower.back_ns() == 0);
}

TEST_CASE("without a time before the fault there is nothing to come back to", "[speed]") {
  Run run;
  for (int after = 0; after < 4; ++after) run.add(100, true);
  CHECK(run.follower.back_ns() == 0);
}

#include "runner/trial/gap_follower.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

TEST_CASE("a worker that always comes further has no gap longer than a look", "[trial]") {
  GapFollower gaps;
  for (std::int64_t look = 0; look < 5; ++look) {
    gaps.add({look * 10, {static_cast<std::uint64_t>(look)}});
  }
  CHECK(gaps.longest_ns(0) == 10);
}

TEST_CASE("a gap lasts until the look at which the worker has come further", "[trial]") {
  GapFollower gaps;
  gaps.add({0, {5, 5}});
  gaps.add({10, {6, 5}});
  gaps.add({20, {6, 5}});
  gaps.add({35, {7, 6}});
  gaps.add({40, {8, 7}});
  CHECK(gaps.longest_ns(0) == 25);
  CHECK(gaps.longest_ns(1) == 35);
}

TEST_CASE("a gap that nobody saw the end of counts", "[trial]") {
  GapFollower gaps;
  gaps.add({100, {1}});
  gaps.add({900, {1}});
  CHECK(gaps.longest_ns(0) == 800);
}

TEST_CASE("before the first look there is no gap", "[trial]") {
  CHECK(GapFollower().longest_ns(0) == 0);
}

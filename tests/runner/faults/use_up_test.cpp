// What a fault uses up stays used up, though others held a piece of it when it was taken.

#include "runner/faults/use_up.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// Pieces of which a sibling holds one, and gives it back when there are no others.
struct Pieces {
  int left = 3;
  int refusals = 0;

  bool take_one() {
    if (left > 0) return left-- > 0;
    if (++refusals == 1) ++left;
    return false;
  }
};

}  // namespace

TEST_CASE("what a sibling held for a moment is used up as well", "[use_up]") {
  Pieces pieces;
  use_up(100, [&pieces] { return pieces.take_one(); });
  CHECK(pieces.refusals > 1);
  CHECK(pieces.left == 0);
}

TEST_CASE("what never runs out is not taken for ever", "[use_up]") {
  int taken = 0;
  use_up(100, [&taken] { return ++taken > 0; });
  CHECK(taken == 100);
}

TEST_CASE("what comes back again and again is given up", "[use_up]") {
  int asked = 0;
  use_up(1'000'000, [&asked] { return ++asked % 2 == 1; });
  CHECK(asked > 10);
}

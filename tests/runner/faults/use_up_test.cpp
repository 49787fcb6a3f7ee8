// What a fault uses up stays used up, though others held a piece of it when it was taken.

#include "runner/faults/use_up.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// Pieces of which a sibling holds one, and gives it back before they are taken for the second
/// time.
struct Pieces {
  int left = 3;
  int takes = 0;

  bool take_all() {
    if (++takes == 2) ++left;
    const bool any = left > 0;
    left = 0;
    return any;
  }
};

}  // namespace

TEST_CASE("what a sibling held for a moment is used up as well", "[use_up]") {
  Pieces pieces;
  use_up([&pieces] { return pieces.take_all(); });
  CHECK(pieces.takes > 2);
  CHECK(pieces.left == 0);
}

TEST_CASE("what never runs out is not taken for ever", "[use_up]") {
  int rounds = 0;
  use_up([&rounds] { return ++rounds > 0; });
  CHECK(rounds > 2);
}

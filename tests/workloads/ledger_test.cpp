#include "workloads/ledger.hpp"

#include <array>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

Verdict compare(std::uint64_t applied, std::uint64_t finished, std::uint64_t interrupted) {
  Arena arena(std::size_t{1} << 20);
  const Ledger ledger(arena, 1);
  ledger.applied(0).set(applied);
  const std::array finished_units{finished};
  const std::array interrupted_units{interrupted};
  const std::array<std::uint32_t, 1> ended{1};
  Verdict verdict;
  ledger.compare({finished_units, interrupted_units, ended}, verdict);
  return verdict;
}

}  // namespace

TEST_CASE("a ledger that agrees with what was acknowledged is sound", "[ledger]") {
  const Verdict verdict = compare(10, 10, 0);
  REQUIRE(verdict.health == StateHealth::sound);
  REQUIRE(verdict.missing_units + verdict.surplus_units == 0);
}

TEST_CASE("an acknowledged unit that is not in the state is missing", "[ledger]") {
  const Verdict verdict = compare(9, 10, 0);
  REQUIRE(verdict.health == StateHealth::lossy);
  REQUIRE(verdict.missing_units == 1);
}

TEST_CASE("a unit in work at a crash may be in the state or not", "[ledger]") {
  REQUIRE(compare(10, 10, 1).health == StateHealth::sound);
  REQUIRE(compare(11, 10, 1).health == StateHealth::sound);
}

TEST_CASE("a unit that took effect twice is surplus", "[ledger]") {
  REQUIRE(compare(12, 10, 1).surplus_units == 1);
  REQUIRE(compare(11, 10, 0).health == StateHealth::lossy);
}

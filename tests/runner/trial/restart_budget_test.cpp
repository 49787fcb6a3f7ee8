#include "runner/trial/restart_budget.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

TEST_CASE("a budget allows its number of restarts within the period and no more", "[restart]") {
  RestartBudget budget;
  for (std::uint32_t restart = 0; restart < RestartBudget::restarts_at_most; ++restart) {
    REQUIRE(budget.spend(1000));
  }
  REQUIRE_FALSE(budget.spend(1000 + RestartBudget::period_ns - 1));
}

TEST_CASE("a restart is allowed again when the first has left the period", "[restart]") {
  RestartBudget budget;
  for (std::uint32_t restart = 0; restart < RestartBudget::restarts_at_most; ++restart) {
    REQUIRE(budget.spend(1000));
  }
  REQUIRE(budget.spend(1000 + RestartBudget::period_ns));
}

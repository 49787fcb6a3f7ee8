#include "runner/trial/restart_budget.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

constexpr RestartLimits limits{
    .at_most = 3, .period_ns = 1'000, .first_back_off_ns = 10, .longest_back_off_ns = 15};

}  // namespace

TEST_CASE("a budget allows its number of restarts within the period and no more", "[restart]") {
  RestartBudget budget(limits);
  for (int restart = 0; restart < 3; ++restart) REQUIRE(budget.next_start_ns(100));
  REQUIRE_FALSE(budget.next_start_ns(1'099));
}

TEST_CASE("a restart is allowed again when the first has left the period", "[restart]") {
  RestartBudget budget(limits);
  for (int restart = 0; restart < 3; ++restart) REQUIRE(budget.next_start_ns(100));
  REQUIRE(budget.next_start_ns(1'100));
}

TEST_CASE("the first restart is at once, later ones wait twice as long each, up to a bound",
          "[restart]") {
  RestartBudget budget(limits);
  REQUIRE(budget.next_start_ns(100) == 100);
  REQUIRE(budget.next_start_ns(200) == 210);
  REQUIRE(budget.next_start_ns(300) == 315);
}

TEST_CASE("after a quiet period a restart is at once again", "[restart]") {
  RestartBudget budget(limits);
  REQUIRE(budget.next_start_ns(100) == 100);
  REQUIRE(budget.next_start_ns(5'000) == 5'000);
}

TEST_CASE("a policy starts again what its name says", "[restart]") {
  const auto with = [](RestartPolicy policy) {
    std::vector<std::uint32_t> restarted;
    for (std::uint32_t other = 0; other < 4; ++other) {
      if (restarts_with(policy, 2, other)) restarted.push_back(other);
    }
    return restarted;
  };
  REQUIRE(with(RestartPolicy::never).empty());
  REQUIRE(with(RestartPolicy::one_for_one) == std::vector<std::uint32_t>{2});
  REQUIRE(with(RestartPolicy::rest_for_one) == std::vector<std::uint32_t>{2, 3});
  REQUIRE(with(RestartPolicy::one_for_all) == std::vector<std::uint32_t>{0, 1, 2, 3});
}

#include "runner/statistics/steady.hpp"

#include <initializer_list>

#include "tests/catch.hpp"

using bulkhead::SteadyDetector;

namespace {

SteadyDetector after(std::initializer_list<double> rates,
                     SteadyDetector detector = SteadyDetector()) {
  for (const double rate : rates) detector.add(rate);
  return detector;
}

}  // namespace

TEST_CASE("four slices of nearly one rate are steady", "[statistics]") {
  CHECK(after({100, 104, 98, 101}).steady());
}

TEST_CASE("three slices are too few to be steady", "[statistics]") {
  CHECK_FALSE(after({}).steady());
  CHECK_FALSE(after({100, 100, 100}).steady());
}

TEST_CASE("a spread at the tolerance is steady", "[statistics]") {
  // Spread 10, mean 100.
  CHECK(after({95, 105, 100, 100}).steady());
}

TEST_CASE("a spread beyond the tolerance is not steady", "[statistics]") {
  CHECK_FALSE(after({94.9, 105.1, 100, 100}).steady());
}

TEST_CASE("slices before the last four are forgotten", "[statistics]") {
  CHECK(after({3, 40, 90, 100, 101, 99, 100}).steady());
}

TEST_CASE("a slice that is still among the last four counts", "[statistics]") {
  CHECK_FALSE(after({3, 40, 90, 100, 101, 70, 100}).steady());
}

TEST_CASE("a rate that begins to drift is no longer steady", "[statistics]") {
  SteadyDetector detector = after({100, 100, 100, 100});
  REQUIRE(detector.steady());
  detector.add(80);
  CHECK_FALSE(detector.steady());
}

TEST_CASE("rates of zero are never steady", "[statistics]") {
  CHECK_FALSE(after({0, 0, 0, 0, 0}).steady());
  CHECK_FALSE(after({100, 100, 0, 100}, SteadyDetector(4, 10.0)).steady());
}

TEST_CASE("the number of slices and the tolerance can be chosen", "[statistics]") {
  CHECK(after({100, 140}, SteadyDetector(2, 0.5)).steady());
}

TEST_CASE("a tolerance of zero wants equal rates", "[statistics]") {
  CHECK(after({7, 7}, SteadyDetector(2, 0)).steady());
  CHECK_FALSE(after({7, 7.0001}, SteadyDetector(2, 0)).steady());
}

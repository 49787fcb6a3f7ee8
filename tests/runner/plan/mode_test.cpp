#include "runner/plan/mode.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

TEST_CASE("process is one worker a compartment, thread one compartment for all", "[mode]") {
  const auto process = make_mode("process", 8);
  REQUIRE(process);
  REQUIRE(process->compartments == 8);
  REQUIRE(process->workers_each == 1);
  const auto thread = make_mode("thread", 8);
  REQUIRE(thread);
  REQUIRE(thread->compartments == 1);
  REQUIRE(thread->workers_each == 8);
}

TEST_CASE("PxT is P compartments of T workers when that makes the number of workers", "[mode]") {
  const auto hybrid = make_mode("2x4", 8);
  REQUIRE(hybrid);
  REQUIRE(hybrid->compartments == 2);
  REQUIRE(hybrid->workers_each == 4);
  REQUIRE_FALSE(make_mode("3x3", 8));
}

TEST_CASE("what is not of the form PxT is no shape", "[mode]") {
  for (const char* name : {"", "x", "2x", "x2", "2x2x2", "-2x4", "0x8", "8x0", "2 x4", "axb",
                           "99999999999x1", "processes"}) {
    CAPTURE(name);
    REQUIRE_FALSE(parse_shape(name));
    REQUIRE_FALSE(make_mode(name, 8));
  }
}

TEST_CASE("a shape whose product overflows is not taken for a small one", "[mode]") {
  REQUIRE(parse_shape("65536x65536"));
  REQUIRE_FALSE(make_mode("65536x65536", 0));
}

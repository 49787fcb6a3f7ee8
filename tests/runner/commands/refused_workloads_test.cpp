// What a workload objects to, as a user gets to see it.

#include "tests/catch.hpp"
#include "tests/run_program.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

TEST_CASE(
    "numbers of workers and messages that cannot be are refused with a cure, at the option that it "
    "is about",
    "[partners][bad-input]") {
  const auto refuse = [](const std::vector<std::string>& words, const std::string& why) {
    const ProgramRun run = run_bulkhead(words);
    CAPTURE(run.err);
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.err, Contains(why));
    CHECK(run.out.empty());
  };
  refuse({"run", "ping-pong", "--workers", "3"}, "3 workers make no pairs: take an even number");
  refuse({"run", "ring", "--mode", "1x5"}, "5 workers make no pairs");
  refuse({"run", "pipeline", "--workers", "1"}, "take at least 2");
  refuse({"run", "ring", "--size", "12"}, "--size: ring: a message of 12 bytes");
  refuse({"run", "ring", "--size", "4"}, "--size: '4'");
  refuse({"run", "ring", "--size", "8K"}, "--size: '8K'");
  refuse({"run", "ring", "--capacity", "100"}, "--capacity: ring: 100 is not a power of two");
  refuse({"run", "ring", "--ends", "all", "--channel", "pipe", "--workers", "2"},
         "--channel: ring: ends=all");
  refuse({"run", "queue", "--items", "1", "--workers", "2"}, "--items: queue: 2 workers");
  refuse({"run", "ring", "--channel", "pip"}, "did you mean 'pipe'?");
  refuse({"run", "chase", "--working-set", "16G", "--workers", "4096"}, "fewer workers");
}
TEST_CASE("more ballast than the machine has is refused before anything starts",
          "[spawn][bad-input]") {
  const ProgramRun run = run_bulkhead({"run", "spawn", "--ballast", "64G", "--workers", "1000"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("fewer workers, or less for each"));
}

// Workloads whose workers are pairs: what cannot be parted, or has nobody to go with.

#include "runner/options/run_request.hpp"
#include "tests/catch.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

std::vector<std::string> remote_free_mistakes(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "remote-free");
  std::vector<std::string> texts;
  for (const Mistake& mistake : read_run_request(arguments, {4, 42}).mistakes) {
    texts.push_back(mistake.where + ": " + mistake.what);
  }
  return texts;
}

}  // namespace

TEST_CASE("a mode that parts a pair cannot have malloc's blocks", "[remote-free][options]") {
  CHECK(remote_free_mistakes({"--heap", "malloc", "--mode", "thread,2x2"}).empty());
  CHECK(remote_free_mistakes({"--heap", "shared", "--mode", "process"}).empty());
  const auto mistakes = remote_free_mistakes({"--heap", "malloc", "--mode", "process"});
  REQUIRE(mistakes.size() == 1);
  CHECK_THAT(mistakes[0],
             Contains("--mode: 'process' parts workers of a pair, and a block of malloc") &&
                 Contains("take --heap shared; thread and 2x2 leave them together"));
  CHECK_FALSE(
      remote_free_mistakes({"--heap", "malloc", "--workers", "6", "--mode", "2x3"}).empty());
}

TEST_CASE("a pair needs two workers", "[remote-free][options]") {
  const auto mistakes = remote_free_mistakes({"--workers", "3"});
  REQUIRE(mistakes.size() == 1);
  CHECK_THAT(mistakes[0], Contains("3 workers make no pairs"));
}

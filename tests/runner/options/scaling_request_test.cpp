#include "runner/options/scaling_request.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

const MachineDefaults three_cpus{3, 42};

std::size_t count_mistakes(const std::vector<RunRequest>& requests) {
  std::size_t count = 0;
  for (const RunRequest& request : requests) count += request.mistakes.size();
  return count;
}

}  // namespace

TEST_CASE("a list of numbers of workers is a run for each of them", "[request][scaling]") {
  const auto requests =
      read_run_requests({"spin", "--workers", "1,2,4", "--trials", "3"}, three_cpus);
  REQUIRE(requests.size() == 3);
  CHECK(count_mistakes(requests) == 0);
  CHECK(requests[0].plan.worker_count == 1);
  CHECK(requests[2].plan.worker_count == 4);
  CHECK(requests[2].plan.rounds.at_most == 3);
}

TEST_CASE("one number of workers, or none, is one run", "[request][scaling]") {
  CHECK(read_run_requests({"spin", "--workers", "2"}, three_cpus).size() == 1);
  CHECK(read_run_requests({"spin"}, three_cpus).size() == 1);
  CHECK(read_run_requests({"--help"}, three_cpus).size() == 1);
}

TEST_CASE("a wrong number in a list is told once, and so is any other mistake of the line",
          "[request][scaling]") {
  CHECK(count_mistakes(read_run_requests({"spin", "--workers", "1,0,4"}, three_cpus)) == 1);
  CHECK(count_mistakes(read_run_requests({"spin", "--workers", "1,,4"}, three_cpus)) == 1);
  CHECK(count_mistakes(
            read_run_requests({"spin", "--workers", "1,2", "--trials", "many"}, three_cpus)) == 1);
}

TEST_CASE("a mix of fixed shape does not fit several numbers of workers", "[request][scaling]") {
  CHECK(count_mistakes(
            read_run_requests({"spin", "--workers", "2,4", "--mode", "2x2"}, three_cpus)) >= 1);
}

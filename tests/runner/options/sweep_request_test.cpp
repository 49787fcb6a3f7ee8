#include "runner/options/sweep_request.hpp"

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

TEST_CASE("a list of numbers of workers is a run for each of them", "[request][sweep]") {
  const auto requests =
      read_run_requests({"spin", "--workers", "1,2,4", "--trials", "3"}, three_cpus);
  REQUIRE(requests.size() == 3);
  CHECK(count_mistakes(requests) == 0);
  CHECK(requests[0].plan.worker_count == 1);
  CHECK(requests[2].plan.worker_count == 4);
  CHECK(requests[2].plan.rounds.at_most == 3);
}

TEST_CASE("one number of workers, or none, is one run", "[request][sweep]") {
  CHECK(read_run_requests({"spin", "--workers", "2"}, three_cpus).size() == 1);
  CHECK(read_run_requests({"spin"}, three_cpus).size() == 1);
  CHECK(read_run_requests({"--help"}, three_cpus).size() == 1);
}

TEST_CASE("a wrong number in a list is told once, and so is any other mistake of the line",
          "[request][sweep]") {
  CHECK(count_mistakes(read_run_requests({"spin", "--workers", "1,0,4"}, three_cpus)) == 1);
  CHECK(count_mistakes(read_run_requests({"spin", "--workers", "1,,4"}, three_cpus)) == 1);
  CHECK(count_mistakes(
            read_run_requests({"spin", "--workers", "1,2", "--trials", "many"}, three_cpus)) == 1);
}

TEST_CASE("a mix of fixed shape does not fit several numbers of workers", "[request][sweep]") {
  CHECK(count_mistakes(
            read_run_requests({"spin", "--workers", "2,4", "--mode", "2x2"}, three_cpus)) >= 1);
}

TEST_CASE("a list of a workload's parameter is a run for each value", "[request][sweep]") {
  const auto requests = read_run_requests({"spawn", "--ballast", "0,16M"}, three_cpus);
  REQUIRE(requests.size() == 2);
  CHECK(count_mistakes(requests) == 0);
  CHECK(requests[0].plan.parameters.number("ballast") == 0);
  CHECK(requests[1].plan.parameters.number("ballast") == 16 << 20);
  CHECK(requests[1].label == "ballast=16M");
}

TEST_CASE("two lists are a run for each combination, the last one changing fastest",
          "[request][sweep]") {
  const auto requests = read_run_requests(
      {"ping-pong", "--workers", "2", "--channel", "pipe,futex", "--working-set", "0,16K"},
      three_cpus);
  REQUIRE(requests.size() == 4);
  CHECK(count_mistakes(requests) == 0);
  CHECK(requests[1].label == "channel=pipe working-set=16K");
  CHECK(requests[2].label == "channel=futex working-set=0");
}

TEST_CASE("a line without a list has no label, and keeps the modes that it names",
          "[request][sweep]") {
  const auto one = read_run_requests({"spin", "--mode", "process,thread"}, three_cpus);
  REQUIRE(one.size() == 1);
  CHECK(one[0].label.empty());
  CHECK(one[0].plan.modes.size() == 2);
  const auto two =
      read_run_requests({"spin", "--mode", "process,thread", "--pin", "same,none"}, three_cpus);
  REQUIRE(two.size() == 2);
  CHECK(two[1].plan.modes.front().name == "process");
}

TEST_CASE("files of text are one value, however many there are", "[request][sweep]") {
  CHECK(read_run_requests({"wordcount", "--text", "/etc/passwd,/etc/group"}, three_cpus).size() ==
        1);
}

TEST_CASE("a value that is listed twice is a mistake, told once", "[request][sweep]") {
  CHECK(count_mistakes(read_run_requests({"spin", "--steps", "10,10"}, three_cpus)) == 1);
}

TEST_CASE("a list where one number can stand is a mistake", "[request][sweep]") {
  CHECK(count_mistakes(read_run_requests({"spin", "--trials", "3,5"}, three_cpus)) == 1);
}

TEST_CASE("a wrong value of a list is told once, with its option", "[request][sweep]") {
  const auto requests = read_run_requests(
      {"ping-pong", "--workers", "2", "--channel", "pipe,futx", "--working-set", "0,16K"},
      three_cpus);
  REQUIRE(count_mistakes(requests) == 1);
  for (const RunRequest& request : requests) {
    if (!request.mistakes.empty()) CHECK(request.mistakes[0].where == "--channel");
  }
}

TEST_CASE("more runs than a line may make are refused before any", "[request][sweep]") {
  const std::string many = "1,2,3,4,5,6,7,8,9";
  const auto requests = read_run_requests({"spin", "--workers", many, "--steps", many}, three_cpus);
  REQUIRE(requests.size() == 1);
  REQUIRE(requests[0].mistakes.size() == 1);
  CHECK(requests[0].mistakes[0].what.find("81 runs") != std::string::npos);
}

TEST_CASE("help is help, whatever lists the line has", "[request][sweep]") {
  const auto requests = read_run_requests({"spin", "--steps", "1,2", "--help"}, three_cpus);
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].wish == RunRequest::Wish::help);
}

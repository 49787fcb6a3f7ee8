#include "runner/options/run_request.hpp"
#include "tests/catch.hpp"
#include "workloads/http_server.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

TEST_CASE("a port that is in use is refused before anything starts, with the cure",
          "[server][request]") {
  const UniqueFd taken = listen_on(0, false);
  const std::string port = std::to_string(port_of(taken.get()));
  const RunRequest request = read_run_request({"server", "--port", port}, MachineDefaults{2, 1});
  REQUIRE(request.mistakes.size() == 1);
  CHECK_THAT(request.mistakes[0].what, Contains(port));
  CHECK_THAT(request.mistakes[0].what, Contains("another port"));
}

TEST_CASE("a server that nobody asks needs a port that others know", "[server][request]") {
  CHECK(read_run_request({"server", "--connections", "0"}, MachineDefaults{2, 1}).mistakes.size() ==
        1);
}

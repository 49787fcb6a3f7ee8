#include "runner/options/run_request.hpp"

#include "ipc/clock.hpp"
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
  CHECK(request.mistakes[0].where == "--port");
  CHECK_THAT(request.mistakes[0].what, Contains(port));
  CHECK_THAT(request.mistakes[0].what, Contains("another port"));
}

TEST_CASE("a server that nobody asks needs a port that others know", "[server][request]") {
  const RunRequest request =
      read_run_request({"server", "--connections", "0"}, MachineDefaults{2, 1});
  REQUIRE(request.mistakes.size() == 1);
  CHECK(request.mistakes[0].where == "--port");
}

TEST_CASE("the flag --serve stands for options that are not given otherwise", "[server][request]") {
  RunRequest request;
  std::uint16_t port = 0;
  // A port that is free now may be somebody else's a moment later.
  for (int attempt = 0; attempt == 0 || (!request.mistakes.empty() && attempt < 10); ++attempt) {
    port = port_of(listen_on(0, false).get());
    request =
        read_run_request({"server", "--serve", "--port", std::to_string(port), "--mode", "2x2"},
                         MachineDefaults{2, 1});
  }
  REQUIRE(request.mistakes.empty());
  CHECK(request.plan.parameters.count("connections") == 0);
  CHECK(request.plan.parameters.count("port") == port);
  CHECK(request.plan.modes.at(0).name == "2x2");
  CHECK(request.plan.extent.duration_ns == 3600 * ns_per_second);
  CHECK(request.plan.rounds.at_most == 1);
  CHECK_THAT(request.plan.workload->announcement(request.plan.parameters),
             Contains("http://127.0.0.1:" + std::to_string(port) + "/"));
}

TEST_CASE("what only a server can do is refused for others", "[server][request]") {
  const RunRequest request = read_run_request({"bank", "--serve"}, MachineDefaults{2, 1});
  REQUIRE(request.mistakes.size() == 1);
  CHECK(request.mistakes[0].what == "is a parameter of server, not of bank");
}

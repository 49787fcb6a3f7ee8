// `bulkhead run server --serve` as somebody from outside meets it.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

#include "ipc/clock.hpp"
#include "tests/catch.hpp"
#include "tests/run_program.hpp"
#include "tests/time_units.hpp"
#include "workloads/http_server.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

UniqueFd connected_to(std::uint16_t port) {
  UniqueFd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(client.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0) {
    client.reset();
  }
  return client;
}

}  // namespace

TEST_CASE("whoever comes from outside is served until the run ends", "[server][fork][serial]") {
  const std::uint16_t port = [] { return port_of(listen_on(0, false).get()); }();
  ProgramRun run;
  std::thread program([&] {
    run = run_bulkhead({"run", "server", "--serve", "--port", std::to_string(port), "--duration",
                        "1s", "--workers", "2"});
  });
  std::string answer(64, ' ');
  const Deadline patience = Deadline::in(30 * s);
  for (bool answered = false; !answered && !patience.passed();) {
    const UniqueFd client = connected_to(port);
    const std::string text = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    answered = client.open() && send(client.get(), text.data(), text.size(), MSG_NOSIGNAL) > 0 &&
               recv(client.get(), answer.data(), answer.size(), 0) > 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  program.join();
  CHECK_THAT(answer, Catch::Matchers::StartsWith("HTTP/1.1 200"));
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.err, Contains("serving http://127.0.0.1:" + std::to_string(port)));
}

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

#include "runner/experiment.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"
#include "workloads/http_server.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

Plan server_plan(const std::vector<std::string>& modes) {
  Plan plan = small_plan("server", 2, modes);
  plan.extent.duration_ns = 300 * ms;
  return plan;
}

/// What one server answers to `text` over a connection of its own, until it closes it.
std::string answer_to(const std::string& text) {
  const UniqueFd listener = listen_on(0, false);
  const UniqueFd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(port_of(listener.get()));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(client.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) == 0);
  REQUIRE(send(client.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  shutdown(client.get(), SHUT_WR);
  HttpServer one(listener.get(), {0, "body"});
  struct Enough {};
  int idle = 0;
  try {
    for (;;) {
      one.answer_one([&idle] {
        if (++idle == 20) throw Enough();
      });
    }
  } catch (const Enough&) {
  }
  std::string all;
  char piece[4096];
  for (ssize_t got; (got = recv(client.get(), piece, sizeof piece, MSG_DONTWAIT)) > 0;) {
    all.append(piece, static_cast<std::size_t>(got));
  }
  return all;
}

}  // namespace

TEST_CASE("a server answers every request that comes over one connection, in order", "[server]") {
  const std::string answers =
      answer_to("GET / HTTP/1.1\r\nX-Request: 1\r\n\r\nGET / HTTP/1.1\r\nX-Request: 2\r\n\r\n");
  const std::size_t first = answers.find("X-Request: 1\r\n");
  const std::size_t second = answers.find("X-Request: 2\r\n");
  REQUIRE(first != answers.npos);
  REQUIRE(second != answers.npos);
  CHECK(first < second);
}

TEST_CASE("a server refuses what it does not understand", "[server]") {
  CHECK_THAT(answer_to("nonsense\r\n\r\n"), Contains("400 Bad Request"));
  CHECK_THAT(answer_to("DELETE / HTTP/1.1\r\n\r\n"), Contains("501 Not Implemented"));
}

TEST_CASE("clients see every answer of a server that nobody disturbs, in every shape",
          "[server][trial][fork][serial]") {
  for (const char* accept : {"shared", "own"}) {
    Plan plan = server_plan({"thread", "process", "2x1"});
    plan.parameters.set("accept", std::string(accept));
    for (const TrialRecord& trial : trials_of(plan)) {
      CAPTURE(accept, plan.modes[trial.id.mode].name, trial.reason, trial.verify.finding);
      REQUIRE(trial.status == TrialStatus::completed);
      CHECK(trial.verify.health == VerifyRecord::Health::sound);
      CHECK(trial.verify.measures.at("failed_requests") == 0);
      CHECK(trial.verify.measures.at("answers_per_s") > 0);
    }
  }
}

TEST_CASE("clients of a worker that is killed see requests fail, and are served again",
          "[server][trial][fork][serial]") {
  Plan plan = server_plan({"thread"});
  plan.restart = RestartPolicy::one_for_one;
  arm(plan, "kill-9", 1, {TriggerKind::moment, 0, 100 * ms});
  // At the moment of the kill every request may be answered and no other sent, so that clients find
  // a closed connection and no failure. That does not happen again and again.
  bool any_failed = false;
  for (int attempt = 0; attempt < 10 && !any_failed; ++attempt) {
    for (const TrialRecord& trial : trials_of(plan)) {
      CAPTURE(trial.id.with_faults, trial.reason, trial.verify.finding);
      REQUIRE(trial.status == TrialStatus::completed);
      const double failed = trial.verify.measures.at("failed_requests");
      if (!trial.id.with_faults) CHECK(failed == 0);
      if (failed == 0) continue;
      any_failed = true;
      CHECK(trial.verify.measures.at("longest_outage_ns") > 0);
    }
  }
  CHECK(any_failed);
}

TEST_CASE("clients of a server that never comes back are told of, and their outage has no length",
          "[server][trial][fork][serial]") {
  Plan plan = server_plan({"thread"});
  arm(plan, "kill-9", 1, {TriggerKind::moment, 0, 50 * ms});
  // As above: a kill between all requests fails none of them.
  bool any_failed = false;
  for (int attempt = 0; attempt < 10 && !any_failed; ++attempt) {
    for (const TrialRecord& trial : trials_of(plan)) {
      CAPTURE(trial.id.with_faults, trial.reason, trial.verify.finding);
      REQUIRE(trial.status == TrialStatus::completed);
      const auto& measures = trial.verify.measures;
      const double failed = measures.at("failed_clients");
      CHECK(measures.at("abandoned_clients") == failed);
      CHECK(measures.contains("longest_outage_ns") == (failed == 0));
      any_failed = any_failed || failed > 0;
      if (!trial.id.with_faults) CHECK(failed == 0);
    }
  }
  CHECK(any_failed);
}

TEST_CASE("at a fixed rate clients ask as often as told, whatever the server could do",
          "[server][trial][fork][serial]") {
  Plan plan = server_plan({"process"});
  plan.parameters.set("rate", std::int64_t{500});
  const std::vector<TrialRecord> trials = trials_of(plan);
  REQUIRE(trials.at(0).status == TrialStatus::completed);
  // A busy machine may make it less; it can never be more.
  CHECK(trials[0].verify.measures.at("answers_per_s") < 600);
}

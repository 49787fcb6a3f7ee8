// The HTTP server against one as small as it can be, of the same shape: an event loop in each
// worker on one listening socket, asked by the same clients. The small one looks for the end of a
// request and for its number, and for nothing else. Both are measured through a window of time:
// with shares of a number of requests, a worker to whom many clients came would end before the
// others. And both under wrk, where that is installed: clients that nobody here wrote.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench.hpp"
#include "bench/whole_trial.hpp"
#include "ipc/region.hpp"
#include "runner/trial/run_trial.hpp"
#include "workloads/http_load.hpp"
#include "workloads/http_server.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::int64_t warm_up_ns = 50 * ns_per_ms;
constexpr std::int64_t window_ns = 400 * ns_per_ms;
constexpr std::uint32_t workers = 2;
constexpr std::uint32_t connections = 8;
// Who of the workers has which connections is chance and decides the speed, so they are made anew
// often enough to be shared out in many ways during one window.
constexpr std::uint64_t per_connection = 100;

struct Shared {
  std::atomic<std::uint64_t> answered{0};
  std::atomic<std::uint32_t> stop{0};
};

/// The requests in one read, which are whole as long as clients wait for their answers.
std::uint64_t answer_all(int fd) {
  static const std::string body(128, '.');
  char text[4096];
  const ssize_t got = read(fd, text, sizeof text - 1);
  if (got <= 0) {
    close(fd);
    return 0;
  }
  text[got] = 0;
  const char* const number = std::strstr(text, "X-Request: ");
  const std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 128\r\nX-Request: " +
      std::to_string(number != nullptr ? std::strtoull(number + 11, nullptr, 10) : 0) + "\r\n\r\n" +
      body;
  return send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) > 0 ? 1 : 0;
}

void serve(int listener, Shared& shared) {
  const UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
  epoll_event listening{EPOLLIN | EPOLLEXCLUSIVE, {.fd = listener}};
  epoll_ctl(epoll.get(), EPOLL_CTL_ADD, listener, &listening);
  while (shared.stop.load(std::memory_order_relaxed) == 0) {
    epoll_event events[64];
    const int count = epoll_wait(epoll.get(), events, 64, 5);
    for (int event = 0; event < count; ++event) {
      const int fd = events[event].data.fd;
      if (fd != listener) {
        shared.answered.fetch_add(answer_all(fd), std::memory_order_relaxed);
        continue;
      }
      const int accepted = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      const int on = 1;
      setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      epoll_event readable{EPOLLIN, {.fd = accepted}};
      epoll_ctl(epoll.get(), EPOLL_CTL_ADD, accepted, &readable);
    }
  }
}

/// The processes of the small server; they end when `shared.stop` is set.
void start_small_server(const Mode& mode, int listener, Shared& shared) {
  for (std::uint32_t process = 0; process < mode.compartments; ++process) {
    if (fork() != 0) continue;
    std::vector<std::thread> others;
    for (std::uint32_t worker = 1; worker < mode.workers_each; ++worker) {
      others.emplace_back(serve, listener, std::ref(shared));
    }
    serve(listener, shared);
    for (std::thread& other : others) other.join();
    _exit(0);
  }
}

double bare(std::string_view mode_name) {
  const Mode mode = *make_mode(mode_name, workers);
  const Region region(Sharing::shared, sizeof(Shared), "bench");
  Shared& shared = *new (region.data()) Shared();
  const UniqueFd listener = listen_on(0, false);
  HttpLoad load({port_of(listener.get()), connections, per_connection, 0});
  start_small_server(mode, listener.get(), shared);
  load.report().serving.store(1);
  std::this_thread::sleep_for(std::chrono::nanoseconds(warm_up_ns));
  const std::int64_t begun_ns = monotonic_ns();
  const std::uint64_t before = shared.answered.load();
  std::this_thread::sleep_for(std::chrono::nanoseconds(window_ns));
  const std::uint64_t answered = shared.answered.load() - before;
  const std::int64_t length_ns = monotonic_ns() - begun_ns;
  shared.stop.store(1);
  load.report().closing.store(1);
  for (std::uint32_t process = 0; process < mode.compartments; ++process) wait(nullptr);
  return static_cast<double>(length_ns) / static_cast<double>(answered);
}

Plan server_plan(std::string_view mode, std::int64_t duration_ns) {
  Plan plan = plan_of("server", mode, workers, 0);
  plan.extent = {};
  plan.extent.duration_ns = duration_ns;
  plan.warm_up = {WarmUp::End::fixed, warm_up_ns};
  plan.pin = PinPolicy::none;
  plan.start_timeout_ns = 10 * ns_per_second;
  plan.parameters.set("steps", std::int64_t{0});
  return plan;
}

double ours(std::string_view mode) {
  Plan plan = server_plan(mode, window_ns);
  plan.parameters.set("connections", std::int64_t{connections});
  plan.parameters.set("keep-alive", std::int64_t{per_connection});
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, false, 1}, interrupts);
  if (trial.status != TrialStatus::completed) throw std::runtime_error(trial.reason);
  return static_cast<double>(trial.window()->length_ns()) /
         static_cast<double>(trial.window()->operations);
}

std::string no_wrk() {
  return std::system("command -v wrk >/dev/null") == 0 ? "" : "wrk is not installed";
}

/// Whether somebody listens there before the deadline.
bool wait_for_port(std::uint16_t port, Deadline deadline) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  while (!deadline.passed()) {
    const UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return true;
    usleep(5'000);
  }
  return false;
}

/// What wrk says of a second, as nanoseconds a request; 0 where it says nothing.
double ask_by_wrk(std::uint16_t port) {
  if (!wait_for_port(port, Deadline::in(10 * ns_per_second))) return 0;
  const std::string command = "wrk -t1 -c" + std::to_string(connections) +
                              " -d1s http://127.0.0.1:" + std::to_string(port) + "/";
  FILE* const answer = popen(command.c_str(), "r");
  if (answer == nullptr) return 0;
  double per_second = 0;
  char line[256];
  while (std::fgets(line, sizeof line, answer) != nullptr) {
    static_cast<void>(std::sscanf(line, "Requests/sec: %lf", &per_second));
  }
  pclose(answer);
  return per_second > 0 ? 1e9 / per_second : 0;
}

/// A ratio to nothing would look like one.
double checked_answer(double ns) {
  if (ns == 0) throw std::runtime_error("wrk could not ask the server, or said nothing");
  return ns;
}

double bare_under_wrk(std::string_view mode_name) {
  const Mode mode = *make_mode(mode_name, workers);
  const Region region(Sharing::shared, sizeof(Shared), "bench");
  Shared& shared = *new (region.data()) Shared();
  const UniqueFd listener = listen_on(0, false);
  start_small_server(mode, listener.get(), shared);
  const double ns = ask_by_wrk(port_of(listener.get()));
  shared.stop.store(1);
  for (std::uint32_t process = 0; process < mode.compartments; ++process) wait(nullptr);
  return checked_answer(ns);
}

double ours_under_wrk(std::string_view mode) {
  const Region region(Sharing::shared, sizeof(std::atomic<double>), "bench");
  auto& ns = *new (region.data()) std::atomic<double>(0);
  const std::uint16_t port = port_of(listen_on(0, false).get());
  const pid_t asker = fork();
  if (asker == 0) {
    ns.store(ask_by_wrk(port));
    _exit(0);
  }
  // Longer than wrk asks.
  Plan plan = server_plan(mode, 1'500 * ns_per_ms);
  plan.parameters.set("connections", std::int64_t{0});
  plan.parameters.set("port", std::int64_t{port});
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, false, 1}, interrupts);
  waitpid(asker, nullptr, 0);
  if (trial.status != TrialStatus::completed) throw std::runtime_error(trial.reason);
  return checked_answer(ns.load());
}

using Registration = BenchRegistry::Registration;

const Registration registered[] = {
    Registration{
        {"server-process", "a request to the HTTP server, against a minimal one", 1.0,
         [] {
           return Comparison{[] { return bare("process"); }, [] { return ours("process"); }};
         }}},
    Registration{{"server-thread", "the same of threads", 1.0,
                  [] {
                    return Comparison{[] { return bare("thread"); }, [] { return ours("thread"); }};
                  }}},
    Registration{{"server-wrk-process", "the same of processes, asked by wrk", 1.0,
                  [] {
                    return Comparison{[] { return bare_under_wrk("process"); },
                                      [] { return ours_under_wrk("process"); }};
                  },
                  no_wrk}},
    Registration{{"server-wrk-thread", "the same of threads, asked by wrk", 1.0,
                  [] {
                    return Comparison{[] { return bare_under_wrk("thread"); },
                                      [] { return ours_under_wrk("thread"); }};
                  },
                  no_wrk}},
};

}  // namespace
}  // namespace bulkhead::bench

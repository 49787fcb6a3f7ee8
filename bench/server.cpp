// The HTTP server against one as small as it can be, of the same shape: an event loop in each
// worker on one listening socket, asked by the same clients. The small one looks for the end of a
// request and for its number, and for nothing else.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench.hpp"
#include "bench/whole_trial.hpp"
#include "ipc/region.hpp"
#include "workloads/http_load.hpp"
#include "workloads/http_server.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::uint64_t requests = 40'000;
constexpr std::uint32_t workers = 2;
constexpr std::uint32_t connections = 8;
constexpr std::uint64_t per_connection = 1'000'000;

struct Shared {
  std::atomic<std::uint64_t> answered{0};
  std::atomic<std::int64_t> ended_ns{0};
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
      "HTTP/1.1 200 OK\r\nContent-Length: 128\r\nX-Request: " +
      std::to_string(number != nullptr ? std::strtoull(number + 11, nullptr, 10) : 0) + "\r\n\r\n" +
      body;
  return send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) > 0 ? 1 : 0;
}

void serve(int listener, Shared& shared) {
  const UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
  epoll_event listening{EPOLLIN | EPOLLEXCLUSIVE, {.fd = listener}};
  epoll_ctl(epoll.get(), EPOLL_CTL_ADD, listener, &listening);
  while (shared.answered.load(std::memory_order_relaxed) < requests) {
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
  shared.ended_ns.store(monotonic_ns());
}

double bare(std::string_view mode_name) {
  const Mode mode = *make_mode(mode_name, workers);
  const Region region(Sharing::shared, sizeof(Shared), "bench");
  Shared& shared = *new (region.data()) Shared();
  const UniqueFd listener = listen_on(0, false);
  HttpLoad load({port_of(listener.get()), connections, per_connection, 0});
  for (std::uint32_t process = 0; process < mode.compartments; ++process) {
    if (fork() != 0) continue;
    std::vector<std::thread> others;
    for (std::uint32_t worker = 1; worker < mode.workers_each; ++worker) {
      others.emplace_back(serve, listener.get(), std::ref(shared));
    }
    serve(listener.get(), shared);
    for (std::thread& other : others) other.join();
    _exit(0);
  }
  const std::int64_t begun_ns = monotonic_ns();
  load.report().serving.store(1);
  for (std::uint32_t process = 0; process < mode.compartments; ++process) wait(nullptr);
  load.report().closing.store(1);
  return static_cast<double>(shared.ended_ns.load() - begun_ns) / requests;
}

double ours(std::string_view mode) {
  Plan plan = plan_of("server", mode, workers, requests);
  plan.parameters.set("steps", std::int64_t{0});
  plan.parameters.set("connections", std::int64_t{connections});
  plan.parameters.set("keep-alive", std::int64_t{per_connection});
  const TrialTimes times = run_whole(plan, {});
  return static_cast<double>(times.last_ended_ns - times.gate_ns) / requests;
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
};

}  // namespace
}  // namespace bulkhead::bench

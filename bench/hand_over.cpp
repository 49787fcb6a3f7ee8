// Ping-pong through bulkhead against the same system calls, or the same spinning, by hand: on one
// CPU for those that sleep, on two for the one that spins. The spinning hands bring a number and a
// word across, in a line for each way; a single word that both write and that carries nothing is
// quicker by a quarter where two hardware threads share a core.

#include <sys/eventfd.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>

#include "bench/bare_pair.hpp"
#include "bench/bench.hpp"
#include "bench/whole_trial.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/futex.hpp"
#include "ipc/lock.hpp"
#include "ipc/region.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::uint64_t sleeping_rounds = 10'000;
constexpr std::uint64_t spinning_rounds = 200'000;

/// What the two bare players share.
struct Table {
  alignas(cache_line_bytes) std::atomic<std::uint32_t> turn{0};  // 0: the first player's.
  alignas(cache_line_bytes) std::atomic<std::int64_t> result_ns{0};
};

/// Two descriptors for each direction.
struct Wires {
  int in[2];   // What the first player reads, and the second writes to.
  int out[2];  // What the second reads, and the first writes to.
  ~Wires() {
    for (const int fd : {in[0], in[1], out[0], out[1]}) close(fd);
  }
};

/// What goes through descriptors: an eventfd takes a word, pipes and sockets take as much as they
/// take of ours.
struct Ball {
  std::uint64_t words[cache_line_bytes / sizeof(std::uint64_t)] = {};
};

void send_ball(int fd, const Ball& ball, ssize_t bytes) {
  if (write(fd, &ball, static_cast<std::size_t>(bytes)) != bytes) std::abort();
}
void receive_ball(int fd, Ball& ball, ssize_t bytes) {
  if (read(fd, &ball, static_cast<std::size_t>(bytes)) != bytes) std::abort();
}

Table& new_table() {
  static const Region region(Sharing::shared, sizeof(Table), "bench");
  return *new (region.data()) Table();
}

/// A round trip by two balls of so many bytes through descriptors.
double bare_wires(std::string_view mode, void (*make)(Wires&), ssize_t bytes) {
  Wires wires{};
  make(wires);
  Table& table = new_table();
  const double ns = time_bare_pair(
      mode, one_cpu(), table.result_ns,
      [&] {
        Ball ball;
        for (std::uint64_t round = 1; round <= sleeping_rounds; ++round) {
          ball.words[0] = round;
          send_ball(wires.out[1], ball, bytes);
          receive_ball(wires.in[0], ball, bytes);
        }
      },
      [&] {
        Ball ball;
        for (std::uint64_t round = 1; round <= sleeping_rounds; ++round) {
          receive_ball(wires.out[0], ball, bytes);
          send_ball(wires.in[1], ball, bytes);
        }
      });
  return ns / sleeping_rounds;
}

void make_eventfds(Wires& wires) {
  wires.in[0] = eventfd(0, 0);
  wires.in[1] = dup(wires.in[0]);
  wires.out[0] = eventfd(0, 0);
  wires.out[1] = dup(wires.out[0]);
}
void make_pipes(Wires& wires) {
  if (pipe(wires.in) != 0 || pipe(wires.out) != 0) std::abort();
}
void make_sockets(Wires& wires) {
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, wires.in) != 0 ||
      socketpair(AF_UNIX, SOCK_SEQPACKET, 0, wires.out) != 0) {
    std::abort();
  }
}

double bare_futex(std::string_view mode) {
  Table& table = new_table();
  const auto wait_for = [&table](std::uint32_t self) {
    while (table.turn.load(std::memory_order_acquire) != self) futex_wait(table.turn, 1 - self);
  };
  const auto play = [&](std::uint32_t self) {
    for (std::uint64_t round = 0; round < sleeping_rounds; ++round) {
      wait_for(self);
      table.turn.store(1 - self, std::memory_order_release);
      futex_wake(table.turn, 1);
    }
  };
  const double ns = time_bare_pair(
      mode, one_cpu(), table.result_ns,
      [&] {
        play(0);
        wait_for(0);
      },
      [&] { play(1); });
  return ns / sleeping_rounds;
}

/// One way of a ball: its number, by which the other player sees it, and a word that it carries.
struct alignas(cache_line_bytes) BallLine {
  std::atomic<std::uint64_t> number{0};
  std::uint64_t word = 0;

  void send(std::uint64_t round, std::uint64_t carried) {
    word = carried;
    number.store(round, std::memory_order_release);
  }
  std::uint64_t receive(std::uint64_t round) {
    while (number.load(std::memory_order_acquire) != round) cpu_relax();
    return word;
  }
};

struct Court {
  BallLine there;
  BallLine back;
  alignas(cache_line_bytes) std::atomic<std::int64_t> result_ns{0};
};

double bare_spin(std::string_view mode) {
  const Region region(Sharing::shared, sizeof(Court), "bench");
  Court& court = *new (region.data()) Court();
  return time_bare_pair(
             mode, two_cpus(), court.result_ns,
             [&] {
               for (std::uint64_t round = 1; round <= spinning_rounds; ++round) {
                 court.there.send(round, round);
                 if (court.back.receive(round) != round) std::abort();
               }
             },
             [&] {
               for (std::uint64_t round = 1; round <= spinning_rounds; ++round) {
                 court.back.send(round, court.there.receive(round));
               }
             }) /
         static_cast<double>(spinning_rounds);
}

double ours(std::string_view mode, std::string_view channel, const std::vector<int>& cpus,
            std::uint64_t rounds) {
  Plan plan = plan_of("ping-pong", mode, 2, 2 * rounds);
  plan.parameters.set("channel", std::string(channel));
  const TrialTimes times = run_whole(plan, cpus);
  return static_cast<double>(times.last_ended_ns - times.gate_ns) / static_cast<double>(rounds);
}

Comparison sleeping(std::string_view mode, std::string_view channel,
                    const std::function<double()>& bare) {
  return {bare, [=] { return ours(mode, channel, one_cpu(), sleeping_rounds); }};
}

template <bool is_process>
constexpr std::string_view mode_name = is_process ? "process" : "thread";

template <bool is_process>
Comparison futex() {
  return sleeping(mode_name<is_process>, "futex", [] { return bare_futex(mode_name<is_process>); });
}
template <bool is_process>
Comparison eventfds() {
  return sleeping(mode_name<is_process>, "eventfd", [] {
    return bare_wires(mode_name<is_process>, make_eventfds, sizeof(std::uint64_t));
  });
}
template <bool is_process>
Comparison pipes() {
  return sleeping(mode_name<is_process>, "pipe",
                  [] { return bare_wires(mode_name<is_process>, make_pipes, sizeof(Ball)); });
}
template <bool is_process>
Comparison sockets() {
  return sleeping(mode_name<is_process>, "socketpair",
                  [] { return bare_wires(mode_name<is_process>, make_sockets, sizeof(Ball)); });
}
template <bool is_process>
Comparison spin() {
  return {[] { return bare_spin(mode_name<is_process>); },
          [] { return ours(mode_name<is_process>, "spin", two_cpus(), spinning_rounds); }};
}

using Registration = BenchRegistry::Registration;

const Registration registered[] = {
    Registration{{"pong-futex-p", "round trip over a futex, processes", 1.03, futex<true>}},
    Registration{{"pong-futex-t", "round trip over a futex, threads", 1.03, futex<false>}},
    Registration{{"pong-eventfd-p", "round trip over eventfds, processes", 1.03, eventfds<true>}},
    Registration{{"pong-eventfd-t", "round trip over eventfds, threads", 1.03, eventfds<false>}},
    Registration{{"pong-pipe-p", "round trip over pipes, processes", 1.03, pipes<true>}},
    Registration{{"pong-pipe-t", "round trip over pipes, threads", 1.03, pipes<false>}},
    Registration{{"pong-socket-p", "round trip over sockets, processes", 1.03, sockets<true>}},
    Registration{{"pong-socket-t", "round trip over sockets, threads", 1.03, sockets<false>}},
    Registration{{"pong-spin-p", "round trip by spinning, processes", 1.05, spin<true>}},
    Registration{{"pong-spin-t", "round trip by spinning, threads", 1.05, spin<false>}},
};

}  // namespace
}  // namespace bulkhead::bench

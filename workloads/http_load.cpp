#include "workloads/http_load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <new>
#include <string>
#include <vector>

#include "ipc/clock.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"
#include "workloads/http.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t answer_patience_ns = ns_per_second;
constexpr std::int64_t retry_pause_ns = ns_per_ms;
constexpr std::int64_t look_up_ns = 5 * ns_per_ms;
constexpr std::size_t most_due = 1 << 16;

void add(std::atomic<std::uint64_t>& counter) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

/// One connection: free, connecting with its first request in hand, or waiting for an answer.
struct Client {
  UniqueFd socket;
  bool connected = false;
  bool busy = false;             // It has a request.
  std::uint64_t number = 0;      // Of the request.
  std::uint64_t sent = 0;        // On this connection.
  std::int64_t due_ns = 0;       // When the request should have been sent.
  std::int64_t begun_ns = 0;     // When it was begun.
  std::int64_t retry_at_ns = 0;  // Not before.
  std::int64_t failing_since_ns = 0;
  bool has_failed = false;
  std::string input;
};

class Clients {
 public:
  Clients(const LoadShape& shape, LoadReport& report)
      : shape_(shape),
        report_(report),
        clients_(shape.connections),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

  void run() {
    next_due_ns_ = monotonic_ns();
    while (report_.closing.load(std::memory_order_relaxed) == 0) {
      const std::int64_t now_ns = monotonic_ns();
      note_due(now_ns);
      for (std::size_t index = 0; index < clients_.size(); ++index) tend(index, now_ns);
      wait(now_ns);
    }
  }

 private:
  /// Open loop: what has become due by now.
  void note_due(std::int64_t now_ns) {
    if (shape_.rate_per_s == 0) return;
    const std::int64_t gap_ns =
        std::max<std::int64_t>(ns_per_second / static_cast<std::int64_t>(shape_.rate_per_s), 1);
    for (; next_due_ns_ <= now_ns; next_due_ns_ += gap_ns) {
      if (due_.size() < most_due) {
        due_.push_back(next_due_ns_);
      } else {
        add(report_.dropped);
      }
    }
  }

  void tend(std::size_t index, std::int64_t now_ns) {
    Client& client = clients_[index];
    if (client.busy) {
      if (now_ns - client.begun_ns > answer_patience_ns) fail(client, now_ns);
      return;
    }
    if (now_ns < client.retry_at_ns) return;
    if (shape_.rate_per_s == 0) {
      begin(index, now_ns, now_ns);
    } else if (!due_.empty()) {
      const std::int64_t due_ns = due_.front();
      due_.pop_front();
      begin(index, due_ns, now_ns);
    }
  }

  void begin(std::size_t index, std::int64_t due_ns, std::int64_t now_ns) {
    Client& client = clients_[index];
    client.busy = true;
    client.due_ns = due_ns;
    client.begun_ns = now_ns;
    client.number = ++last_number_;
    if (client.socket.open() && client.sent >= shape_.requests_per_connection) disconnect(client);
    if (client.socket.open()) {
      send(client, now_ns);
    } else {
      connect(index, now_ns);
    }
  }

  void connect(std::size_t index, std::int64_t now_ns) {
    Client& client = clients_[index];
    client.socket = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(shape_.port);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!client.socket.open()) return fail(client, now_ns);
    const int on = 1;
    setsockopt(client.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto* address = reinterpret_cast<const sockaddr*>(&server);
    if (::connect(client.socket.get(), address, sizeof server) != 0 && errno != EINPROGRESS) {
      return fail(client, now_ns);
    }
    epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET, {.u64 = index}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client.socket.get(), &event) != 0) {
      fail(client, now_ns);
    }
  }

  void send(Client& client, std::int64_t now_ns) {
    // A request is far shorter than any socket's buffer, and there is one under way at a time.
    const std::string text = http::request_text(client.number);
    const ssize_t wrote = ::send(client.socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (wrote != static_cast<ssize_t>(text.size())) return fail(client, now_ns);
    ++client.sent;
  }

  void wait(std::int64_t now_ns) {
    std::int64_t until_ns = now_ns + look_up_ns;
    if (shape_.rate_per_s != 0) until_ns = std::min(until_ns, next_due_ns_);
    for (const Client& client : clients_) {
      if (!client.busy && client.retry_at_ns > now_ns) {
        until_ns = std::min(until_ns, client.retry_at_ns);
      }
    }
    const timespec timeout = Deadline{std::max<std::int64_t>(until_ns - now_ns, 0)}.as_timespec();
    epoll_event events[64];
    const int count = epoll_pwait2(epoll_.get(), events, 64, &timeout, nullptr);
    for (int event = 0; event < count; ++event) {
      on_event(clients_[events[event].data.u64], events[event].events);
    }
  }

  void on_event(Client& client, std::uint32_t events) {
    const std::int64_t now_ns = monotonic_ns();
    if (!client.socket.open()) return;
    if (!client.connected && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
      int error = 0;
      socklen_t size = sizeof error;
      getsockopt(client.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) return fail(client, now_ns);
      client.connected = true;
      if (client.busy) send(client, now_ns);
    }
    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) receive(client);
  }

  void receive(Client& client) {
    char piece[16384];
    for (;;) {
      const ssize_t got = read(client.socket.get(), piece, sizeof piece);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
      if (got <= 0) return on_hang_up(client);
      client.input.append(piece, static_cast<std::size_t>(got));
      take_answer(client);
      if (!client.socket.open()) return;
    }
  }

  void take_answer(Client& client) {
    http::Response response;
    const http::Found found = http::read_response(client.input, response);
    if (found == http::Found::nothing_whole) return;
    const std::int64_t now_ns = monotonic_ns();
    if (found == http::Found::malformed || !client.busy || response.number != client.number ||
        response.status != 200) {
      add(report_.wrong);
      return fail(client, now_ns);
    }
    client.input.erase(0, response.bytes);
    client.busy = false;
    report_.latency.record(static_cast<std::uint64_t>(now_ns - client.due_ns));
    if (report_.first_ns.load(std::memory_order_relaxed) == 0) {
      report_.first_ns.store(now_ns, std::memory_order_relaxed);
    }
    report_.last_ns.store(now_ns, std::memory_order_relaxed);
    add(report_.answered);
    if (client.failing_since_ns == 0) return;
    const std::int64_t outage_ns = now_ns - client.failing_since_ns;
    if (outage_ns > report_.longest_outage_ns.load(std::memory_order_relaxed)) {
      report_.longest_outage_ns.store(outage_ns, std::memory_order_relaxed);
    }
    client.failing_since_ns = 0;
    add(report_.outages_ended);
  }

  /// The server closed the connection: a failure of the request that is under way, if there is one.
  void on_hang_up(Client& client) {
    if (client.busy) {
      fail(client, monotonic_ns());
    } else {
      disconnect(client);
    }
  }

  void fail(Client& client, std::int64_t now_ns) {
    disconnect(client);
    client.busy = false;
    client.retry_at_ns = now_ns + retry_pause_ns;
    if (report_.closing.load(std::memory_order_relaxed) != 0) return;
    if (client.failing_since_ns == 0) {
      client.failing_since_ns = now_ns;
      add(report_.outages);
    }
    if (!client.has_failed) add(report_.failed_clients);
    client.has_failed = true;
    add(report_.failed);
  }

  static void disconnect(Client& client) {
    client.socket.reset();  // Which takes it out of the epoll set, too.
    client.connected = false;
    client.sent = 0;
    client.input.clear();
  }

  const LoadShape shape_;
  LoadReport& report_;
  std::vector<Client> clients_;
  UniqueFd epoll_;
  std::deque<std::int64_t> due_;
  std::int64_t next_due_ns_ = 0;
  std::uint64_t last_number_ = 0;
};

[[noreturn]] void be_the_clients(const LoadShape& shape, LoadReport& report, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  try {
    while (report.serving.load(std::memory_order_relaxed) == 0) usleep(500);
    Clients(shape, report).run();
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

}  // namespace

HttpLoad::HttpLoad(const LoadShape& shape)
    : region_(Sharing::shared, sizeof(LoadReport), "bulkhead-load"),
      report_(new (region_.data()) LoadReport),
      owner_(getpid()) {
  process_ = fork();
  if (process_ < 0) throw_errno("fork: start the clients of the server");
  if (process_ == 0) be_the_clients(shape, *report_, owner_);
  pidfd_ = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, process_, 0)));
}

HttpLoad::~HttpLoad() {
  // The workers inherit this object with the fork, and the child is not theirs.
  if (getpid() != owner_) return;
  // By descriptor: whoever cleans up after a trial may have reaped it, and its number be another's.
  if (syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0) != 0) return;
  siginfo_t ignored;
  waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &ignored, WEXITED);
}

}  // namespace bulkhead

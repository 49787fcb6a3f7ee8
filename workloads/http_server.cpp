#include "workloads/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "ipc/system_error.hpp"
#include "workloads/arithmetic.hpp"
#include "workloads/http.hpp"

namespace bulkhead {
namespace {

constexpr int idle_ms = 5;
constexpr int send_patience_ms = 100;
constexpr int backlog = 4096;
constexpr std::size_t most_input_bytes = std::size_t{64} << 10;

void set_option(int fd, int level, int option) {
  const int on = 1;
  setsockopt(fd, level, option, &on, sizeof on);
}

}  // namespace

UniqueFd listen_on(std::uint16_t port, bool shared_port) {
  UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener.open()) throw_errno("socket: the server's");
  set_option(listener.get(), SOL_SOCKET, SO_REUSEADDR);
  if (shared_port) set_option(listener.get(), SOL_SOCKET, SO_REUSEPORT);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(port);
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) {
    throw_errno("bind: 127.0.0.1 port " + std::to_string(port));
  }
  if (listen(listener.get(), backlog) != 0) throw_errno("listen: the server's socket");
  return listener;
}

std::uint16_t port_of(int listener) {
  sockaddr_in here{};
  socklen_t size = sizeof here;
  if (getsockname(listener, reinterpret_cast<sockaddr*>(&here), &size) != 0) {
    throw_errno("getsockname: the server's port");
  }
  return ntohs(here.sin_port);
}

HttpServer::HttpServer(int listener, Work work)
    : listener_(listener), work_(std::move(work)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.open()) throw_errno("epoll_create1: a server's events");
  // Exclusive: a new connection wakes one of the workers that share the socket, and not all.
  epoll_event event{EPOLLIN | EPOLLEXCLUSIVE, {.fd = listener}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, listener, &event) != 0) {
    throw_errno("epoll_ctl: listen");
  }
}

bool HttpServer::answer_next() {
  while (!ready_.empty()) {
    const int fd = ready_.front();
    ready_.pop_front();
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    switch (answer(connection)) {
      case After::no_answer:
        continue;
      case After::closing_unanswered:
        connection.close();
        continue;
      case After::closing:
        connection.close();
        return true;
      case After::open:
        if (!connection.input.empty()) ready_.push_back(fd);
        return true;
    }
  }
  return false;
}

HttpServer::After HttpServer::answer(Connection& connection) {
  std::string& input = connection.input;
  http::Request request;
  http::Found what = http::read_request(input, request);
  if (what == http::Found::nothing_whole) {
    if (!take_in(connection)) return After::closing_unanswered;
    what = http::read_request(input, request);
  }
  if (what == http::Found::nothing_whole) return After::no_answer;
  const int fd = connection.socket.get();
  if (what == http::Found::malformed) {
    http::write_response(answer_, "400 Bad Request", 0, "bad request\n", false);
    static_cast<void>(send_all(fd, answer_));
    return After::closing_unanswered;
  }
  const bool known = request.method == "GET";
  volatile std::uint64_t result = multiply_on(request.number, work_.steps);
  static_cast<void>(result);
  const bool keep = request.keep_alive && known;
  http::write_response(answer_, known ? "200 OK" : "501 Not Implemented", request.number,
                       known ? std::string_view(work_.body) : "GET only\n", keep);
  input.erase(0, request.bytes);
  return send_all(fd, answer_) && keep ? After::open : After::closing;
}

bool HttpServer::wait() {
  epoll_event events[64];
  const int count = epoll_wait(epoll_.get(), events, 64, idle_ms);
  for (int event = 0; event < count; ++event) {
    if (events[event].data.fd == listener_) {
      accept_one();
    } else {
      ready_.push_back(events[event].data.fd);
    }
  }
  return count > 0;
}

void HttpServer::accept_one() {
  UniqueFd socket(accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.open()) return;  // Another one was quicker, or the client has gone.
  const int fd = socket.get();
  set_option(fd, IPPROTO_TCP, TCP_NODELAY);
  epoll_event event{EPOLLIN, {.fd = fd}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return;
  const auto place = static_cast<std::size_t>(fd);
  if (place >= connections_.size()) connections_.resize(place + 1);
  connections_[place].socket = std::move(socket);
}

bool HttpServer::take_in(Connection& connection) {
  char piece[16384];
  const ssize_t got = read(connection.socket.get(), piece, sizeof piece);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0 || connection.input.size() > most_input_bytes) return false;
  connection.input.append(piece, static_cast<std::size_t>(got));
  return true;
}

bool HttpServer::send_all(int fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = send(fd, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (wrote >= 0) {
      done += static_cast<std::size_t>(wrote);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return false;
    pollfd writable{fd, POLLOUT, 0};
    if (poll(&writable, 1, send_patience_ms) <= 0) return false;
  }
  return true;
}

}  // namespace bulkhead

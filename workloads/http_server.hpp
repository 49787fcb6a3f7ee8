// The server's side of one worker: its connections, and one answer at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "ipc/unique_fd.hpp"

namespace bulkhead {

/// A listening socket on 127.0.0.1; port 0: any free one. `shared_port`: others may listen on the
/// same one, and the kernel shares the connections out (SO_REUSEPORT). Throws std::system_error.
[[nodiscard]] UniqueFd listen_on(std::uint16_t port, bool shared_port);

/// The port of a listening socket.
[[nodiscard]] std::uint16_t port_of(int listener);

/// Accepts from one listening socket, which may be that of other servers, too, and answers over
/// connections that stay open. For one thread.
class HttpServer {
 public:
  struct Work {
    std::uint64_t steps = 0;  ///< Of arithmetic for each answer.
    std::string body;
  };

  /// `listener` stays the caller's and must be non-blocking. Throws std::system_error.
  HttpServer(int listener, Work work);

  /// Answers one request; calls `idle()` every few milliseconds while there is none.
  template <class Idle>
  void answer_one(Idle&& idle) {
    while (!answer_next()) {
      if (!wait()) idle();
    }
  }

 private:
  struct Connection {
    UniqueFd socket;
    std::string input;

    void close() {
      socket.reset();
      input.clear();  // Its memory is for the next one.
    }
  };
  /// What became of a connection whose turn it was.
  enum class After { open, closing, closing_unanswered, no_answer };

  /// False: no whole request is here.
  bool answer_next();
  After answer(Connection& connection);
  /// Sees who has sent something; false: nobody did for a few milliseconds. Reads nothing yet: the
  /// first answer would wait for all the reading.
  bool wait();
  void accept_one();
  /// False: the other side has closed, or says too much.
  static bool take_in(Connection& connection);
  /// False: the other side does not read.
  static bool send_all(int fd, const std::string& text);

  int listener_;
  Work work_;
  UniqueFd epoll_;
  std::string answer_;                   // The last one.
  std::vector<Connection> connections_;  // By descriptor.
  std::deque<int> ready_;                // Connections from which something came, or is left.
};

}  // namespace bulkhead

// A pair of connected Unix sockets of the kind that keeps the bounds of messages.
#pragma once

#include <sys/socket.h>

#include <cerrno>

#include "ipc/channel.hpp"
#include "ipc/message_counts.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead {

class SocketpairChannel {
 public:
  static constexpr ChannelDescription description{"socketpair", "pair of Unix sockets, SEQPACKET"};

  SocketpairChannel(Arena& arena, ChannelShape shape)
      : counts_(arena), message_bytes_(shape.message_bytes) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
      throw_errno("socketpair: make a channel");
    }
    out_ = UniqueFd(ends[0]);
    in_ = UniqueFd(ends[1]);
  }
  [[nodiscard]] static std::size_t arena_bytes(ChannelShape) noexcept {
    return MessageCounts::arena_bytes();
  }

  template <class Patience>
  void send(Message& message, Patience&& patience) {
    message.words[0] = sent() + 1;
    while (::send(in_.get(), &message, message_bytes_, MSG_NOSIGNAL) < 0) {
      if (errno != EINTR) throw_errno("send: send a message through a socket");
      patience();
    }
    counts_.note_sent(message.number());
  }

  template <class Patience>
  void receive(Message& message, Patience&& patience) {
    for (;;) {
      const ssize_t got = recv(out_.get(), &message, message_bytes_, 0);
      if (got == static_cast<ssize_t>(message_bytes_)) {
        if (counts_.note_received(message.number())) return;
        continue;
      }
      if (got >= 0 || errno != EINTR) throw_errno("recv: receive a message through a socket");
      patience();
    }
  }

  [[nodiscard]] std::uint64_t sent() const noexcept { return counts_.sent(); }
  [[nodiscard]] std::uint64_t received() const noexcept { return counts_.received(); }

 private:
  MessageCounts counts_;
  std::size_t message_bytes_;
  UniqueFd out_;
  UniqueFd in_;
};

}  // namespace bulkhead

// A pipe. Messages are at most PIPE_BUF long, so each goes in whole or not at all, and comes out
// whole.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "ipc/channel.hpp"
#include "ipc/message_counts.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead {

class PipeChannel {
 public:
  static constexpr ChannelDescription description{"pipe", "pipe of the kernel"};

  PipeChannel(Arena& arena, ChannelShape shape)
      : counts_(arena), message_bytes_(shape.message_bytes) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw_errno("pipe2: make a channel");
    out_ = UniqueFd(ends[0]);
    in_ = UniqueFd(ends[1]);
  }
  [[nodiscard]] static std::size_t arena_bytes(ChannelShape) noexcept {
    return MessageCounts::arena_bytes();
  }

  template <class Patience>
  void send(Message& message, Patience&& patience) {
    message.words[0] = sent() + 1;
    for (;;) {
      if (write(in_.get(), &message, message_bytes_) == whole()) break;
      if (errno != EINTR) throw_errno("write: send a message through a pipe");
      patience();
    }
    counts_.note_sent(message.number());
  }

  template <class Patience>
  void receive(Message& message, Patience&& patience) {
    for (;;) {
      const ssize_t got = read(out_.get(), &message, message_bytes_);
      if (got == whole()) {
        if (counts_.note_received(message.number())) return;
        continue;
      }
      if (got >= 0 || errno != EINTR) throw_errno("read: receive a message through a pipe");
      patience();
    }
  }

  [[nodiscard]] std::uint64_t sent() const noexcept { return counts_.sent(); }
  [[nodiscard]] std::uint64_t received() const noexcept { return counts_.received(); }

 private:
  [[nodiscard]] ssize_t whole() const noexcept { return static_cast<ssize_t>(message_bytes_); }

  MessageCounts counts_;
  std::size_t message_bytes_;
  UniqueFd out_;
  UniqueFd in_;
};

}  // namespace bulkhead

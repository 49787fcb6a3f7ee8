// A channel through a pair of descriptors of which the kernel takes and gives a message whole: what
// goes in by write(2) comes out by read(2). The kinds differ in how the pair is made.
//
// Sending and receiving are drawn into the worker's loop: where each system call empties the TLB,
// one more page of code for each is a part of a hand-over's price.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "ipc/channel.hpp"
#include "ipc/message_counts.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead {

class DescriptorChannel {
 public:
  [[nodiscard]] static std::size_t arena_bytes(ChannelShape) noexcept {
    return MessageCounts::arena_bytes();
  }

  template <class Patience>
  [[gnu::always_inline]] inline void send(Message& message, Patience&& patience) {
    message.words[0] = sent() + 1;
    while (write(ends_.in.get(), &message, message_bytes_) != whole()) {
      if (errno != EINTR) throw_errno("write: send a message");
      patience();
    }
    counts_.note_sent(message.number());
  }

  template <class Patience>
  [[gnu::always_inline]] inline void receive(Message& message, Patience&& patience) {
    for (;;) {
      const ssize_t got = read(ends_.out.get(), &message, message_bytes_);
      if (got == whole()) {
        if (counts_.note_received(message.number())) return;
        continue;
      }
      if (got >= 0 || errno != EINTR) throw_errno("read: receive a message");
      patience();
    }
  }

  [[nodiscard]] std::uint64_t sent() const noexcept { return counts_.sent(); }
  [[nodiscard]] std::uint64_t received() const noexcept { return counts_.received(); }

 protected:
  /// What comes out of the first went into the second.
  struct Ends {
    UniqueFd out;
    UniqueFd in;
  };

  DescriptorChannel(Arena& arena, ChannelShape shape, Ends ends)
      : counts_(arena), message_bytes_(shape.message_bytes), ends_(std::move(ends)) {}

 private:
  [[nodiscard]] ssize_t whole() const noexcept { return static_cast<ssize_t>(message_bytes_); }

  MessageCounts counts_;
  std::size_t message_bytes_;
  Ends ends_;
};

}  // namespace bulkhead

// A pair of connected Unix sockets of the kind that keeps the bounds of messages.
#pragma once

#include <sys/socket.h>

#include "ipc/descriptor_channel.hpp"

namespace bulkhead {

class SocketpairChannel : public DescriptorChannel {
 public:
  static constexpr ChannelDescription description{"socketpair", "pair of Unix sockets, SEQPACKET"};

  SocketpairChannel(Arena& arena, ChannelShape shape)
      : DescriptorChannel(arena, shape, make_pair()) {}

 private:
  static Ends make_pair() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
      throw_errno("socketpair: make a channel");
    }
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
  }
};

}  // namespace bulkhead

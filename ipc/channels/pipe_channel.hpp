// A pipe. Messages are at most PIPE_BUF long, so each goes in whole or not at all, and comes out
// whole.
#pragma once

#include <fcntl.h>

#include "ipc/descriptor_channel.hpp"

namespace bulkhead {

class PipeChannel : public DescriptorChannel {
 public:
  static constexpr ChannelDescription description{"pipe", "pipe of the kernel"};

  PipeChannel(Arena& arena, ChannelShape shape) : DescriptorChannel(arena, shape, make_pipe()) {}

 private:
  static Ends make_pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw_errno("pipe2: make a channel");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
  }
};

}  // namespace bulkhead

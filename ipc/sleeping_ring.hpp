// A message ring whose ends sleep while they wait. `Bell` is how one end wakes the other; a bell
// rings only when somebody sleeps, so that a system call is made when it is needed.
#pragma once

#include "ipc/message_ring.hpp"

namespace bulkhead {

template <class Bell>
class SleepingRing {
 public:
  SleepingRing(Arena& arena, ChannelShape shape)
      : ring_(arena, shape, MessageRing::each_time), message_came_(arena), room_came_(arena) {}

  [[nodiscard]] static std::size_t arena_bytes(ChannelShape shape) noexcept {
    return MessageRing::arena_bytes(shape) + 2 * Bell::arena_bytes();
  }

  template <class Patience>
  void send(Message& message, Patience&& patience) {
    while (!ring_.try_push(message)) {
      room_came_.sleep_until([this] { return ring_.has_room(); }, patience);
    }
    message_came_.ring();
  }

  template <class Patience>
  void receive(Message& message, Patience&& patience) {
    while (!ring_.try_pop(message)) {
      message_came_.sleep_until([this] { return ring_.has_message(); }, patience);
    }
    room_came_.ring();
  }

  [[nodiscard]] std::uint64_t sent() const noexcept { return ring_.sent(); }
  [[nodiscard]] std::uint64_t received() const noexcept { return ring_.received(); }

 private:
  MessageRing ring_;
  Bell message_came_;
  Bell room_came_;
};

}  // namespace bulkhead

// A ring in shared memory whose ends spin while they wait: no system call as long as both run.
#pragma once

#include <sched.h>

#include "ipc/follower.hpp"
#include "ipc/message_ring.hpp"
#include "ipc/spin_until.hpp"

namespace bulkhead {

class SpinChannel {
 public:
  static constexpr ChannelDescription description{
      "spin", "ring in shared memory, whoever waits spins and yields now and then"};

  SpinChannel(Arena& arena, ChannelShape shape) : ring_(arena, shape, MessageRing::seldom) {}
  [[nodiscard]] static std::size_t arena_bytes(ChannelShape shape) noexcept {
    return MessageRing::arena_bytes(shape);
  }

  template <class Patience>
  [[gnu::always_inline]] inline void send(Message& message, Patience&& patience) {
    if (!ring_.try_push(message)) [[unlikely]]
      send_slowly(message, patience);
  }

  template <class Patience>
  [[gnu::always_inline]] inline void receive(Message& message, Patience&& patience) {
    const MessageRing::Next next = ring_.next();
    follower_.keep_distance(ring_, next.taken());
    if (!ring_.try_pop(next, message, follower_.is_to_ask_ahead())) [[unlikely]]
      receive_slowly(next, message, patience);
  }

  [[nodiscard]] std::uint64_t sent() const noexcept { return ring_.sent(); }
  [[nodiscard]] std::uint64_t received() const noexcept { return ring_.received(); }

 private:
  // Out of line, so that what is done for each message stays short.
  template <class Patience>
  [[gnu::noinline]] void send_slowly(Message& message, Patience& patience) {
    do {
      const auto half = [this] { return ring_.has_room(part_of(ring_, 2)); };
      // In vain where the other end has no CPU: it may be waiting for ours.
      if (!rest_until(half, looks_at_rest(ring_))) sched_yield();
      spin_until([this] { return ring_.has_room(); }, patience);
    } while (!ring_.try_push(message));
  }

  template <class Patience>
  [[gnu::noinline]] void receive_slowly(const MessageRing::Next next, Message& message,
                                        Patience& patience) {
    if (!follower_.found_none(ring_, next.taken())) sched_yield();
    spin_until(
        [&next]() __attribute__((always_inline)) { return next.is_there(); }, patience);
    ring_.pop(next, message);
  }

  MessageRing ring_;
  // On lines of its own: a thread that sends reads the rest of this object.
  alignas(line_pair_bytes) Follower follower_;
};

}  // namespace bulkhead

// A ring in shared memory whose ends spin while they wait: no system call as long as both run.
#pragma once

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
    if (ring_.try_pop(message)) [[likely]] {
      ++in_a_row_;
    } else {
      receive_slowly(message, patience);
    }
  }

  [[nodiscard]] std::uint64_t sent() const noexcept { return ring_.sent(); }
  [[nodiscard]] std::uint64_t received() const noexcept { return ring_.received(); }

 private:
  // Out of line, so that what is done for each message stays short.
  template <class Patience>
  [[gnu::noinline]] void send_slowly(Message& message, Patience& patience) {
    do {
      spin_until([this] { return ring_.has_room(); }, patience);
    } while (!ring_.try_push(message));
  }

  template <class Patience>
  [[gnu::noinline]] void receive_slowly(Message& message, Patience& patience) {
    // The two fight for one line as long as the receiver is at the sender's heels. When messages
    // came in a stream, it falls behind on purpose; when they came one by one, it is after latency.
    if (in_a_row_ > one_by_one) {
      for (int pause = 0; pause < back_off_pauses; ++pause) cpu_relax();
    }
    in_a_row_ = 0;
    const MessageRing::Next next = ring_.next();
    spin_until(
        [&next]() __attribute__((always_inline)) { return next.is_there(); }, patience);
    ring_.pop(next, message);
  }

  static constexpr std::uint64_t one_by_one = 4;
  static constexpr int back_off_pauses = 100;

  MessageRing ring_;
  // Messages that the receiver found without waiting. Its own line: a thread that sends reads the
  // rest of this object.
  alignas(cache_line_bytes) std::uint64_t in_a_row_ = 0;
};

}  // namespace bulkhead

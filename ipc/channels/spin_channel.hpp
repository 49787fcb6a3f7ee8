// A ring in shared memory whose ends spin while they wait: no system call as long as both run.
#pragma once

#include <algorithm>

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
    if (++in_a_row_ % look_every == 0) [[unlikely]]
      keep_distance();
    if (!ring_.try_pop(message)) [[unlikely]]
      receive_slowly(message, patience);
  }

  [[nodiscard]] std::uint64_t sent() const noexcept { return ring_.sent(); }
  [[nodiscard]] std::uint64_t received() const noexcept { return ring_.received(); }

 private:
  // Out of line, so that what is done for each message stays short.
  template <class Patience>
  [[gnu::noinline]] void send_slowly(Message& message, Patience& patience) {
    do {
      rest_until([this] { return ring_.has_room(ring_.capacity() / 2); }, most_looks);
      spin_until([this] { return ring_.has_room(); }, patience);
    } while (!ring_.try_push(message));
  }

  template <class Patience>
  [[gnu::noinline]] void receive_slowly(Message& message, Patience& patience) {
    if (in_a_row_ > one_by_one) fall_behind();
    in_a_row_ = 0;
    const MessageRing::Next next = ring_.next();
    spin_until(
        [&next]() __attribute__((always_inline)) { return next.is_there(); }, patience);
    ring_.pop(next, message);
  }

  // A receiver at the sender's heels takes lines from it that it is about to write, and both wait
  // for each of them: with CPUs that share no cache, six times as long. So when messages come in a
  // stream the receiver falls behind on purpose; when they come one by one, it is after latency.

  [[gnu::noinline]] void keep_distance() noexcept {
    if (!ring_.has_message(std::max<std::uint64_t>(ring_.capacity() / 8, 1))) fall_behind();
  }

  void fall_behind() noexcept {
    const std::uint64_t looks = std::min(in_a_row_, most_looks);
    in_a_row_ = 0;
    rest_until([this] { return ring_.has_message(ring_.capacity() / 2); }, looks);
  }

  /// Off the lines that both use, for a while at most.
  template <class Condition>
  static void rest_until(Condition&& is_there, std::uint64_t looks) noexcept {
    constexpr int pauses_a_look = 4;
    for (; looks > 0 && !is_there(); --looks) {
      for (int pause = 0; pause < pauses_a_look; ++pause) cpu_relax();
    }
  }

  static constexpr std::uint64_t one_by_one = 4;
  static constexpr std::uint64_t look_every = 32;
  static constexpr std::uint64_t most_looks = 256;

  MessageRing ring_;
  // Messages that the receiver found without waiting. Its own line: a thread that sends reads the
  // rest of this object.
  alignas(cache_line_bytes) std::uint64_t in_a_row_ = 0;
};

}  // namespace bulkhead

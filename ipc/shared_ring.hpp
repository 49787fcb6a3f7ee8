// A bounded ring of messages in shared memory for any number of senders and receivers, without a
// lock: each slot says by its turn whose it is (Vyukov's bounded queue, 2010). A message's first
// word is its place in the order of all, which is also what publishes it.
//
// state of the slot at place p (mod capacity) | its turn      | moves
// free for the message p                      | p             | a sender takes p, fills it -> p + 1
// holds the message p                         | p + 1         | a receiver takes p -> p + capacity
//
// Without a lock is not without a wait: who dies between taking a place and publishing it leaves a
// hole behind which everybody waits. No recovery is possible, since nobody knows who took it.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/channel.hpp"
#include "ipc/lines_ahead.hpp"

namespace bulkhead {

class SharedRing {
 public:
  SharedRing(Arena& arena, ChannelShape shape)
      : ends_(arena.construct<Ends>()),
        message_bytes_(shape.message_bytes),
        stride_(stride(shape.message_bytes)),
        capacity_(shape.capacity),
        ahead_(std::min<std::uint64_t>(shape.capacity / 64, most_lines_ahead)) {
    assert(std::has_single_bit(shape.capacity));
    slots_ =
        static_cast<std::byte*>(arena.allocate_aligned(stride_ * shape.capacity, cache_line_bytes));
    for (std::uint64_t place = 0; place < capacity_; ++place) turn_of(place).store(place);
  }

  [[nodiscard]] static std::size_t arena_bytes(ChannelShape shape) noexcept {
    return sizeof(Ends) + stride(shape.message_bytes) * shape.capacity + 3 * cache_line_bytes;
  }

  /// Any worker; false when there is no room.
  [[nodiscard]] bool try_push(const Message& message) noexcept {
    std::uint64_t place = 0;
    if (!take(ends_->next_in, 0, place)) return false;
    ask_for_line_to_write(slot_of(place + ahead_));
    copy_after_number(slot_of(place), message.words, message_bytes_);
    // Release: whoever sees the turn sees the message.
    turn_of(place).store(place + 1, std::memory_order_release);
    return true;
  }

  /// Any worker; false when there is none.
  /// `asks_ahead`: more are known to be there, far ahead; then it asks for their lines.
  [[nodiscard]] bool try_pop(Message& message, bool asks_ahead = false) noexcept {
    std::uint64_t place = 0;
    if (!take(ends_->next_out, 1, place)) return false;
    if (asks_ahead) ask_for_line_to_write(slot_of(place + ahead_));
    message.words[0] = place + 1;
    copy_after_number(message.words, slot_of(place), message_bytes_);
    // Release: the slot has been read before it is filled again.
    turn_of(place).store(place + capacity_, std::memory_order_release);
    return true;
  }

  /// Whether there are so many messages, or room for them, from what is next on; at most the
  /// capacity. A hint where others push and pop meanwhile.
  [[nodiscard]] bool has_message(std::uint64_t at_least) const noexcept {
    return is_turn(ends_->next_out.load(std::memory_order_relaxed) + at_least - 1, 1);
  }
  [[nodiscard]] bool has_room(std::uint64_t at_least) const noexcept {
    return is_turn(ends_->next_in.load(std::memory_order_relaxed) + at_least - 1, 0);
  }
  [[nodiscard]] std::uint64_t capacity() const noexcept { return capacity_; }

 private:
  struct Ends {
    alignas(cache_line_bytes) std::atomic<std::uint64_t> next_in{0};
    alignas(cache_line_bytes) std::atomic<std::uint64_t> next_out{0};
  };

  /// Takes the next place once its slot's turn is place + `ahead`; false: it is not, yet.
  bool take(std::atomic<std::uint64_t>& next, std::uint64_t ahead, std::uint64_t& place) noexcept {
    place = next.load(std::memory_order_relaxed);
    for (;;) {
      // Acquire: pairs with the release of the turn.
      const std::uint64_t turn = turn_of(place).load(std::memory_order_acquire);
      const auto late = static_cast<std::int64_t>(turn - (place + ahead));
      if (late < 0) return false;
      if (late > 0) {  // Somebody else took it meanwhile.
        place = next.load(std::memory_order_relaxed);
      } else if (next.compare_exchange_weak(place, place + 1, std::memory_order_relaxed)) {
        return true;
      }
    }
  }

  [[nodiscard]] bool is_turn(std::uint64_t place, std::uint64_t ahead) const noexcept {
    return turn_of(place).load(std::memory_order_relaxed) == place + ahead;
  }

  static std::size_t stride(std::size_t message_bytes) noexcept {
    return (message_bytes + cache_line_bytes - 1) / cache_line_bytes * cache_line_bytes;
  }
  std::byte* slot_of(std::uint64_t place) const noexcept {
    return slots_ + (place & (capacity_ - 1)) * stride_;
  }
  std::atomic_ref<std::uint64_t> turn_of(std::uint64_t place) const noexcept {
    return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(slot_of(place)));
  }

  Ends* ends_;
  std::byte* slots_ = nullptr;
  std::size_t message_bytes_;
  std::size_t stride_;
  std::uint64_t capacity_;
  std::uint64_t ahead_;
};

}  // namespace bulkhead

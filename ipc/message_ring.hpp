// A bounded ring of messages in shared memory, for one sender and one receiver, without a lock.
//
// Each slot is published by its first word, the number of the message in it, so that a message of
// one cache line moves in one transfer of that line; there is no shared index that both ends wait
// for. The sender looks for room only when its last look leaves none, and the receiver tells how
// far it is only now and then and when it finds nothing, so that they seldom fight for that line.
// A stream of self-contained messages of one line to a CPU that is far goes past the caches, where
// that pays.
// After Lamport's queue (1983) and FastForward (Giacomoni and others, PPoPP 2008).
//
// Either end may die at any instruction: its replacement goes on from the counts. A sender that
// died between publishing and counting publishes the same message again, which the receiver takes
// once.
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
#include "ipc/clock.hpp"
#include "ipc/lines_ahead.hpp"
#include "ipc/past_caches.hpp"
#include "ipc/ring_part.hpp"

namespace bulkhead {

class MessageRing {
 public:
  /// After how many messages the receiver tells the sender of the room. A power of two; never more
  /// than a quarter of the ring. A sender that sleeps until there is room has to be told each time.
  static constexpr std::uint64_t seldom = 32;
  static constexpr std::uint64_t each_time = 1;

  MessageRing(Arena& arena, ChannelShape shape, std::uint64_t tell_after)
      : ends_(arena.construct<Ends>()),
        message_bytes_(shape.message_bytes),
        capacity_(shape.capacity),
        slot_mask_(slot_bytes(shape) * shape.capacity - 1),
        slot_shift_(static_cast<std::uint32_t>(std::countr_zero(slot_bytes(shape)))),
        untold_mask_(std::clamp<std::uint64_t>(shape.capacity / 4, 1, tell_after) - 1),
        ahead_(std::min<std::uint64_t>(shape.capacity / 8, most_lines_ahead)),
        may_go_past_caches_(shape.self_contained && shape.message_bytes == cache_line_bytes &&
                            tell_after != each_time && storing_past_caches_pays()) {
    assert(std::has_single_bit(shape.capacity));
    const std::size_t bytes = slot_bytes(shape) * shape.capacity;
    slots_ = static_cast<std::byte*>(arena.allocate_aligned(bytes, cache_line_bytes));
    std::memset(slots_, 0, bytes);
    ends_->sender.room_until = capacity_;
  }

  [[nodiscard]] static std::size_t arena_bytes(ChannelShape shape) noexcept {
    return sizeof(Ends) + slot_bytes(shape) * shape.capacity + 3 * line_pair_bytes;
  }

  /// Sender only; false when there is no room.
  [[nodiscard, gnu::always_inline]] inline bool try_push(Message& message) noexcept {
    Sender& sender = ends_->sender;
    const std::uint64_t count = sender.count.load(std::memory_order_relaxed);
    if (count >= sender.room_until && count >= look_for_room()) [[unlikely]]
      return false;
    std::byte* const slot = slot_of(count);
    message.words[0] = count + 1;
    const bool goes_past_caches = sender.goes_past_caches;
    if (goes_past_caches) {
      store_line_past_caches(slot, message.words);
    } else {
      copy_after_number(slot, message.words, message_bytes_);
      // Release: whoever sees the number sees the message.
      number_in(slot).store(count + 1, std::memory_order_release);
    }
    sender.count.store(count + 1, std::memory_order_relaxed);
    // What is for the next messages comes after this one: somebody may be waiting for it.
    if (count + ahead_ >= sender.room_until) [[unlikely]] {
      look_ahead_for_room();
    } else if (!goes_past_caches) {
      // Never a line that the receiver has still to read, and would have to fetch once more.
      ask_for_line_to_write(slot_of(count + ahead_));
    }
    return true;
  }

  /// Where the receiver finds its next message. Good until it has popped it.
  class Next {
   public:
    /// Acquire: whoever sees the number sees the message.
    [[nodiscard, gnu::always_inline]] bool is_there() const noexcept {
      return number_in(slot_).load(std::memory_order_acquire) == number_;
    }

    /// How many have been taken before it.
    [[nodiscard]] std::uint64_t taken() const noexcept { return number_ - 1; }

   private:
    friend class MessageRing;
    Next(std::byte* slot, std::uint64_t number) noexcept : slot_(slot), number_(number) {}
    std::byte* slot_;
    std::uint64_t number_;
  };

  /// Receiver only.
  [[nodiscard, gnu::always_inline]] inline Next next() const noexcept {
    const std::uint64_t count = received();
    return {slot_of(count), count + 1};
  }
  /// Receiver only, when `next.is_there()`.
  [[gnu::always_inline]] inline void pop(const Next& next, Message& message) noexcept {
    message.words[0] = next.number_;
    copy_after_number(message.words, next.slot_, message_bytes_);
    ends_->receiver.count.store(next.number_, std::memory_order_relaxed);
    if ((next.number_ & untold_mask_) == 0) tell(next.number_);
  }
  /// Receiver only, before a wait: the sender may need to know of all the room there is.
  void tell_all() noexcept { tell(received()); }

  /// Receiver only; false when it is not there. `asks_ahead`: more are known to be there, far
  /// ahead; then it asks for their lines.
  [[nodiscard, gnu::always_inline]] inline bool try_pop(const Next& next, Message& message,
                                                        bool asks_ahead) noexcept {
    if (asks_ahead) ask_for_line_to_read(slot_of(next.taken() + ahead_));
    if (!next.is_there()) {
      tell_all();
      return false;
    }
    pop(next, message);
    return true;
  }
  [[nodiscard]] bool try_pop(Message& message) noexcept { return try_pop(next(), message, false); }

  /// Whether the receiver would find so many messages now, or the sender room for so many; at most
  /// the capacity. Each for its own end.
  [[nodiscard]] bool has_message(std::uint64_t at_least = 1) const noexcept {
    const std::uint64_t last = received() + at_least - 1;
    return number_in(slot_of(last)).load(std::memory_order_relaxed) == last + 1;
  }
  [[nodiscard]] bool has_room(std::uint64_t at_least = 1) const noexcept {
    return sent() + at_least - ends_->room.taken.load(std::memory_order_relaxed) <= capacity_;
  }
  [[nodiscard]] std::uint64_t capacity() const noexcept { return capacity_; }

  [[nodiscard]] std::uint64_t sent() const noexcept {
    return ends_->sender.count.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t received() const noexcept {
    return ends_->receiver.count.load(std::memory_order_relaxed);
  }

 private:
  struct alignas(line_pair_bytes) Sender {
    std::atomic<std::uint64_t> count{0};
    std::uint64_t room_until = 0;  // The count that would be one too many, at our last look.
    bool goes_past_caches = false;
  };
  struct alignas(line_pair_bytes) Receiver {
    std::atomic<std::uint64_t> count{0};
  };
  struct alignas(line_pair_bytes) Room {
    std::atomic<std::uint64_t> taken{0};  // Written by the receiver, at most its count.
  };
  struct Ends {
    Sender sender;
    Receiver receiver;
    Room room;
  };

  /// Acquire: the receiver has read what was in the slots that we may fill again.
  std::uint64_t look_for_room() noexcept {
    std::uint64_t& room_until = ends_->sender.room_until;
    room_until = ends_->room.taken.load(std::memory_order_acquire) + capacity_;
    return room_until;
  }

  /// While there is room. The line of the room, if it is new, has come from the receiver's CPU: how
  /// long it took says how far that is.
  [[gnu::noinline]] void look_ahead_for_room() noexcept {
    if (!may_go_past_caches_) {
      look_for_room();
      return;
    }
    Sender& sender = ends_->sender;
    const std::uint64_t known_room = sender.room_until;
    const std::int64_t begun_ns = monotonic_ns();
    if (look_for_room() == known_room) return;
    const bool is_far = monotonic_ns() - begun_ns > far_trip_ns;
    // A message that is waited for comes sooner by the caches.
    const std::uint64_t not_taken = sent() + capacity_ - sender.room_until;
    sender.goes_past_caches = is_far && not_taken >= part_of(*this, 16);
  }

  /// Release: the slots have been read before the sender may fill them again.
  void tell(std::uint64_t taken) noexcept {
    if (ends_->room.taken.load(std::memory_order_relaxed) == taken) return;
    ends_->room.taken.store(taken, std::memory_order_release);
  }

  /// A power of two: short messages share a line, long ones begin with one.
  static std::size_t slot_bytes(ChannelShape shape) noexcept {
    return std::bit_ceil(shape.message_bytes);
  }
  [[nodiscard]] std::byte* slot_of(std::uint64_t count) const noexcept {
    return slots_ + ((count << slot_shift_) & slot_mask_);
  }

  static std::atomic_ref<std::uint64_t> number_in(std::byte* slot) noexcept {
    return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(slot));
  }

  Ends* ends_;
  std::byte* slots_ = nullptr;
  std::size_t message_bytes_;
  std::uint64_t capacity_;
  std::uint64_t slot_mask_;  // Of an offset in bytes.
  std::uint32_t slot_shift_;
  std::uint64_t untold_mask_;  // The receiver tells when these bits of its count are zero.
  std::uint64_t ahead_;
  // Such a store is ordered with no other: not with what a message points at, and not with the look
  // for somebody who sleeps until it comes.
  bool may_go_past_caches_;
};

}  // namespace bulkhead

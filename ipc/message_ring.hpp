// A bounded ring of messages in shared memory, for one sender and one receiver, without a lock.
//
// Each slot is published by its first word, the number of the message in it, so that a message of
// one cache line moves in one transfer of that line; there is no shared index that both ends wait
// for. The receiver's count of what it took is the room that the sender has: the sender looks at it
// only when its last look leaves no room. After Lamport's queue (1983) and FastForward (Giacomoni
// and others, PPoPP 2008).
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

namespace bulkhead {

class MessageRing {
 public:
  MessageRing(Arena& arena, ChannelShape shape)
      : ends_(arena.construct<Ends>()),
        message_bytes_(shape.message_bytes),
        stride_(stride(shape.message_bytes)),
        mask_(shape.capacity - 1) {
    assert(std::has_single_bit(shape.capacity));
    const std::size_t bytes = stride_ * shape.capacity;
    slots_ = static_cast<std::byte*>(arena.allocate_aligned(bytes, cache_line_bytes));
    std::memset(slots_, 0, bytes);
  }

  [[nodiscard]] static std::size_t arena_bytes(ChannelShape shape) noexcept {
    return sizeof(Ends) + stride(shape.message_bytes) * shape.capacity + 3 * cache_line_bytes;
  }

  /// Sender only; false when there is no room.
  [[nodiscard]] bool try_push(Message& message) noexcept {
    Sender& sender = ends_->sender;
    const std::uint64_t count = sender.count.load(std::memory_order_relaxed);
    if (count - sender.seen_taken > mask_) [[unlikely]] {
      // Acquire: the receiver has read what was in the slots that we may fill again.
      sender.seen_taken = ends_->receiver.count.load(std::memory_order_acquire);
      if (count - sender.seen_taken > mask_) return false;
    }
    std::byte* const slot = slots_ + (count & mask_) * stride_;
    message.words[0] = count + 1;
    if (message_bytes_ == cache_line_bytes) {  // A known length becomes a few vector moves.
      std::memcpy(slot + 8, message.words + 1, cache_line_bytes - 8);
    } else {
      std::memcpy(slot + 8, message.words + 1, message_bytes_ - 8);
    }
    // Release: whoever sees the number sees the message.
    number_in(slot).store(count + 1, std::memory_order_release);
    sender.count.store(count + 1, std::memory_order_relaxed);
    return true;
  }

  /// Receiver only; false when there is none.
  [[nodiscard]] bool try_pop(Message& message) noexcept {
    Receiver& receiver = ends_->receiver;
    const std::uint64_t count = receiver.count.load(std::memory_order_relaxed);
    const std::byte* const slot = slots_ + (count & mask_) * stride_;
    if (number_in(slot).load(std::memory_order_acquire) != count + 1) return false;
    message.words[0] = count + 1;
    if (message_bytes_ == cache_line_bytes) {
      std::memcpy(message.words + 1, slot + 8, cache_line_bytes - 8);
    } else {
      std::memcpy(message.words + 1, slot + 8, message_bytes_ - 8);
    }
    // Release: the slot has been read before the sender may fill it again.
    receiver.count.store(count + 1, std::memory_order_release);
    return true;
  }

  /// Whether the receiver would find a message now, or the sender room. Each for its own end.
  [[nodiscard]] bool has_message() const noexcept {
    const std::uint64_t count = ends_->receiver.count.load(std::memory_order_relaxed);
    const std::byte* const slot = slots_ + (count & mask_) * stride_;
    return number_in(slot).load(std::memory_order_relaxed) == count + 1;
  }
  [[nodiscard]] bool has_room() const noexcept { return sent() - received() <= mask_; }

  [[nodiscard]] std::uint64_t sent() const noexcept {
    return ends_->sender.count.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t received() const noexcept {
    return ends_->receiver.count.load(std::memory_order_relaxed);
  }

 private:
  struct alignas(cache_line_bytes) Sender {
    std::atomic<std::uint64_t> count{0};
    std::uint64_t seen_taken = 0;  // What the receiver had taken at our last look.
  };
  struct alignas(cache_line_bytes) Receiver {
    std::atomic<std::uint64_t> count{0};
  };
  struct Ends {
    Sender sender;
    Receiver receiver;
  };

  /// Short messages share a line, long ones begin with one.
  static std::size_t stride(std::size_t message_bytes) noexcept {
    if (message_bytes <= cache_line_bytes) return std::bit_ceil(message_bytes);
    return (message_bytes + cache_line_bytes - 1) / cache_line_bytes * cache_line_bytes;
  }

  static std::atomic_ref<std::uint64_t> number_in(std::byte* slot) noexcept {
    return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(slot));
  }
  static std::atomic_ref<std::uint64_t> number_in(const std::byte* slot) noexcept {
    return number_in(const_cast<std::byte*>(slot));
  }

  Ends* ends_;
  std::byte* slots_ = nullptr;
  std::size_t message_bytes_;
  std::size_t stride_;
  std::uint64_t mask_;
};

}  // namespace bulkhead

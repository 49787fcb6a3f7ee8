// What every channel promises. A channel carries messages of one size from one sender to one
// receiver, in order, and is bounded: a sender waits while it is full. It is a type in channels/
// with the members of the concept below, made by the supervisor before the fork, so that the two
// ends may be threads of one process or processes.
//
// The object is a handle: it refers to memory in the arena, or owns descriptors, and each process
// has a copy of it that says the same. Messages are numbered from 1, and the number is the first
// word of the message. How many went in and came out lies in the arena: a replacement of a dead end
// goes on from there.
//
// Waits come in slices, and `patience()` is called between them. It throws when there is nothing to
// wait for any more; the message is then neither sent nor received. A thread that waits on a
// channel needs a Heartbeat.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "ipc/cache_line.hpp"

namespace bulkhead {

class Arena;

struct ChannelDescription {
  std::string_view name;
  std::string_view help;  ///< One line, no full stop.
};

struct ChannelShape {
  std::size_t message_bytes = 64;  ///< A multiple of 8, from 8 to largest_message_bytes.
  std::uint64_t capacity = 1024;   ///< Messages, a power of two. Where the kernel has its own
                                   ///< bound, that one holds.
  bool self_contained = false;  ///< A receiver reads the message and, because of it, nothing else
                                ///< of the sender's, whose other stores it may then overtake.
};

/// What a pipe takes whole or not at all (PIPE_BUF).
inline constexpr std::size_t largest_message_bytes = 4096;

/// A message on its way in or out.
struct alignas(64) Message {
  std::uint64_t words[largest_message_bytes / sizeof(std::uint64_t)];
  [[nodiscard]] std::uint64_t number() const noexcept { return words[0]; }
};

/// All of a message but its number, which its first word holds. A known length becomes a few moves,
/// where a call of memcpy would be a good part of a hand-over.
[[gnu::always_inline]] inline void copy_after_number(void* to, const void* from,
                                                     std::size_t message_bytes) noexcept {
  constexpr std::size_t number_bytes = sizeof(std::uint64_t);
  auto* const target = static_cast<std::byte*>(to) + number_bytes;
  const auto* const source = static_cast<const std::byte*>(from) + number_bytes;
  if (message_bytes == cache_line_bytes) [[likely]] {
    std::memcpy(target, source, cache_line_bytes - number_bytes);
  } else if (message_bytes == 2 * number_bytes) {
    std::memcpy(target, source, number_bytes);
  } else {
    std::memcpy(target, source, message_bytes - number_bytes);
  }
}

template <class C>
concept Channel = requires(C& channel, const C& view, Arena& arena, ChannelShape shape,
                           Message& message, void (&patience)()) {
  { C::description } -> std::convertible_to<ChannelDescription>;
  C(arena, shape);
  { C::arena_bytes(shape) } -> std::same_as<std::size_t>;
  // Sender only. Numbers the message.
  { channel.send(message, patience) } -> std::same_as<void>;
  // Receiver only. A message that a sender sent again, because it died before it could count it,
  // comes once; one that a receiver took along into its death is a gap in the numbers.
  { channel.receive(message, patience) } -> std::same_as<void>;
  // The number of the last message that went in, and of the last that came out. Anybody.
  { view.sent() } -> std::same_as<std::uint64_t>;
  { view.received() } -> std::same_as<std::uint64_t>;
};

}  // namespace bulkhead

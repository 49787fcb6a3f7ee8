// How the receiver of a ring keeps its distance. At the sender's heels it takes lines from it that
// the sender is about to write, and both wait for each of them: with CPUs that share no cache, six
// times as long. So when messages come in a stream the receiver falls behind on purpose, for some
// microseconds at most; when they come one by one, it is after latency and does not.
#pragma once

#include <algorithm>
#include <cstdint>

#include "ipc/lock.hpp"

namespace bulkhead {

/// Off the lines that both ends use, until `is_there()`, for so many looks at most.
template <class Condition>
inline void rest_until(Condition&& is_there, std::uint64_t looks) noexcept {
  constexpr int pauses_a_look = 4;
  for (; looks > 0 && !is_there(); --looks) {
    for (int pause = 0; pause < pauses_a_look; ++pause) cpu_relax();
  }
}

/// Of one receiver, whose own it is. `Ring` has has_message(at_least) and capacity().
class Follower {
 public:
  static constexpr std::uint64_t most_looks = 256;

  /// Before each look for a message.
  template <class Ring>
  [[gnu::always_inline]] inline void keep_distance(const Ring& ring) noexcept {
    if (++in_a_row_ % look_every == 0) [[unlikely]]
      look_ahead(ring);
  }

  /// There was no message.
  template <class Ring>
  void found_none(const Ring& ring) noexcept {
    if (in_a_row_ > one_by_one) fall_behind(ring);
    in_a_row_ = 0;
  }

 private:
  template <class Ring>
  [[gnu::noinline]] void look_ahead(const Ring& ring) noexcept {
    if (!ring.has_message(std::max<std::uint64_t>(ring.capacity() / 8, 1))) fall_behind(ring);
  }

  template <class Ring>
  void fall_behind(const Ring& ring) noexcept {
    const std::uint64_t looks = std::min(in_a_row_, most_looks);
    in_a_row_ = 0;
    rest_until([&ring] { return ring.has_message(ring.capacity() / 2); }, looks);
  }

  static constexpr std::uint64_t one_by_one = 4;
  static constexpr std::uint64_t look_every = 32;

  std::uint64_t in_a_row_ = 0;  // Messages that it found without waiting.
};

}  // namespace bulkhead

// How the receiver of a ring keeps its distance. At the sender's heels it takes lines from it that
// the sender is about to write, and both wait for each of them: with CPUs that are far from each
// other, six times as long. So when messages come in a stream the receiver falls behind on purpose,
// for some microseconds at most; when they come one by one, it is after latency and does not.
#pragma once

#include <algorithm>
#include <cstdint>

#include "ipc/lines_ahead.hpp"
#include "ipc/lock.hpp"
#include "ipc/ring_part.hpp"

namespace bulkhead {

/// Off the lines that both ends use, until `is_there()`, for so many looks at most. False: in vain.
template <class Condition>
inline bool rest_until(Condition&& is_there, std::uint64_t looks) noexcept {
  constexpr int pauses_a_look = 4;
  for (; looks > 0; --looks) {
    if (is_there()) return true;
    for (int pause = 0; pause < pauses_a_look; ++pause) cpu_relax();
  }
  return is_there();
}

/// How long a receiver rests for a quarter of the ring, or a sender for half of it: a pause a
/// message. Who takes longer for one has dearer things to wait for than lines.
template <class Ring>
[[nodiscard]] std::uint64_t looks_at_rest(const Ring& ring) noexcept {
  return part_of(ring, 16);
}

/// Of one receiver, whose own it is. `Ring` has has_message(at_least) and capacity(); `taken`
/// counts the messages that this receiver has taken. A store for each message would be a part of
/// its price.
class Follower {
 public:
  /// Before each look for a message.
  template <class Ring>
  [[gnu::always_inline]] inline void keep_distance(const Ring& ring, std::uint64_t taken) noexcept {
    if (taken >= look_at_) [[unlikely]]
      look_ahead(ring, taken);
  }

  /// There was no message. False: nor was there one after a rest.
  template <class Ring>
  bool found_none(const Ring& ring, std::uint64_t taken) noexcept {
    const bool in_stream = taken - taken_at_last_wait_ > one_by_one;
    look_at_ = std::max(look_at_, taken + look_every);
    taken_at_last_wait_ = taken;
    is_to_ask_ahead_ = false;
    if (!in_stream) return true;
    is_to_ask_ahead_ = fall_behind(ring) && asking_to_read_pays();
    return ring.has_message(1);
  }

  /// Whether messages are known to be there far ahead, and their lines worth asking for.
  [[nodiscard]] bool is_to_ask_ahead() const noexcept { return is_to_ask_ahead_; }

 private:
  template <class Ring>
  [[gnu::noinline]] void look_ahead(const Ring& ring, std::uint64_t taken) noexcept {
    const bool is_far = ring.has_message(part_of(ring, 8)) || fall_behind(ring);
    is_to_ask_ahead_ = is_far && asking_to_read_pays();
    look_at_ = taken + (is_far ? look_every : look_seldom);
  }

  template <class Ring>
  static bool fall_behind(const Ring& ring) noexcept {
    return rest_until([&ring] { return ring.has_message(part_of(ring, 4)); }, looks_at_rest(ring));
  }

  static constexpr std::uint64_t one_by_one = 4;
  static constexpr std::uint64_t look_every = 32;
  static constexpr std::uint64_t look_seldom = 256;  // The sender was slow.

  std::uint64_t taken_at_last_wait_ = 0;
  std::uint64_t look_at_ = look_every;
  bool is_to_ask_ahead_ = false;
};

}  // namespace bulkhead

// What a message of `ring` holds beside its number: a check word last and the moment of sending
// second, where it is long enough.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bulkhead {

// A clock costs more than a message, so in a stream one in so many is stamped.
inline constexpr std::uint64_t stamp_every = 256;  // A power of two.

/// What is where in a message of a given size.
struct MessageLayout {
  explicit MessageLayout(std::size_t bytes) : words(bytes / sizeof(std::uint64_t)) {}
  [[nodiscard]] bool has_check() const noexcept { return words >= 2; }
  [[nodiscard]] bool has_stamp() const noexcept { return words >= 3; }
  [[nodiscard]] static std::uint64_t check(std::uint64_t number) noexcept { return ~number; }

  std::size_t words;
};

}  // namespace bulkhead

// What a message of `ring` holds beside its number: a check word last and the moment of sending
// second, where it is long enough.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ipc/cache_line.hpp"

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

/// The same of a message of one cache line, which is what most are: a tenth less a message where
/// the compiler knows it.
struct LineLayout {
  [[nodiscard]] static constexpr bool has_check() noexcept { return true; }
  [[nodiscard]] static constexpr bool has_stamp() noexcept { return true; }

  static constexpr std::size_t words = cache_line_bytes / sizeof(std::uint64_t);
};

/// Calls `use(layout)` with the layout in the form that tells the compiler most.
template <class Use>
void with_layout(const MessageLayout& layout, Use&& use) {
  if (layout.words == LineLayout::words) {
    use(LineLayout());
  } else {
    use(layout);
  }
}

}  // namespace bulkhead

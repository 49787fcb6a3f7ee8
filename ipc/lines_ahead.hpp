// Asking for a line before it is used, where it will have to come from another CPU: what follows an
// atomic operation, or a store that waits for its line, does not begin before those are done, and
// so each line would be waited for by itself.
//
// By the instructions themselves. GCC takes a function that does nothing but __builtin_prefetch for
// one without effect, and leaves out its calls; and its request for writing is one for reading
// unless told of a newer CPU.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ipc/past_caches.hpp"

namespace bulkhead {

/// How many messages of a ring ahead; with 4 or 8 a ring between far CPUs is slower by a quarter,
/// with 32 no quicker.
inline constexpr std::uint64_t most_lines_ahead = 16;

/// Whether a receiver gains by asking for the lines that it is going to read one after the other.
/// The CPUs' own prefetchers do that, too. On an Intel machine where a line takes 150 to 200 ns a
/// message through the ring took a third less if the receiver asked; on AMD's Zen 3, where it takes
/// 50, a sixth more; on Zen 5, where it takes 230, as long, and in a ring of 256 a third less.
inline bool asking_to_read_pays() noexcept {
#if defined(__x86_64__)
  return !__builtin_cpu_is("amd") || has_line_store();  // Of AMD's, from Zen 5 on.
#else
  return true;
#endif
}

[[gnu::always_inline]] inline void ask_for_line_to_read(const std::byte* at) noexcept {
#if defined(__x86_64__)
  asm volatile("prefetcht0 %0" : : "m"(*at));
#else
  __builtin_prefetch(at, 0);
#endif
}

[[gnu::always_inline]] inline void ask_for_line_to_write(const std::byte* at) noexcept {
#if defined(__x86_64__)
  asm volatile("prefetchw %0" : : "m"(*at));
#else
  __builtin_prefetch(at, 1);
#endif
}

}  // namespace bulkhead

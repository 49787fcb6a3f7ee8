// What keeps a fault from being optimised away or caught by a sanitizer before it strikes.
#pragma once

// Three attributes: g++ takes one name each.
#define BULKHEAD_FAULT \
  __attribute__((noinline, no_sanitize("address"), no_sanitize("undefined"), no_sanitize("thread")))

namespace bulkhead {

/// The same value, of which the compiler knows nothing any more.
template <class T>
__attribute__((always_inline)) inline T opaque(T value) noexcept {
  asm volatile("" : "+r"(value) : : "memory");
  return value;
}

}  // namespace bulkhead

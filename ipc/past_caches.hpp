// A line stored whole and past the caches (MOVDIR64B), for a ring between CPUs that are far from
// each other. A store as usual has to fetch the line from the other CPU's cache first, and the
// other has to fetch it back: two trips a message. Past the caches there is neither: the line goes
// to memory, and the reader's prefetchers bring it from there. The instruction moves all 64 bytes
// at once (Intel's Software Developer's Manual, vol. 2, MOVDIR64B: "64-byte write atomicity"), so
// that whoever sees one word of the line sees all of them. It is ordered with no other store.
#pragma once

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <cstddef>
#include <cstdint>

#include "ipc/cache_line.hpp"

namespace bulkhead {

/// Whether this CPU has it.
inline bool has_line_store() noexcept {
#if defined(__x86_64__)
  // Asked once: a hypervisor answers, which takes more than ten microseconds.
  static const bool has = [] {
    constexpr unsigned features = 7;
    constexpr unsigned movdir64b_bit = 1u << 28;
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(features, 0, &a, &b, &c, &d) != 0 && (c & movdir64b_bit) != 0;
  }();
  return has;
#else
  return false;
#endif
}

/// Whether a stream of messages gains by it. On AMD's Zen 5, with a line taking 230 ns, a message
/// through the ring took little more than half; other makers' CPUs were not measured.
inline bool storing_past_caches_pays() noexcept {
#if defined(__x86_64__)
  return has_line_store() && __builtin_cpu_is("amd");
#else
  return false;
#endif
}

/// A trip of a line that takes longer, with the two readings of a clock around it, is one from far.
/// Between nearer CPUs a message is quicker by the caches.
inline constexpr std::int64_t far_trip_ns = 120;

/// Both are lines of 64 bytes. Only where the CPU has it.
[[gnu::always_inline]] inline void store_line_past_caches(void* to, const void* from) noexcept {
#if defined(__x86_64__)
  // What it reads is memory that the compiler has to have written: hence the clobber.
  asm volatile("movdir64b (%1), %0" : : "r"(to), "r"(from) : "memory");
#else
  static_cast<void>(to);
  static_cast<void>(from);
#endif
}

}  // namespace bulkhead

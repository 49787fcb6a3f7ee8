// A frame that is larger than the guard page. The page stops a stack that grows step by step; one
// large array, of which only the far end is written, steps over it and into whatever lies below:
// among threads, the stack of a sibling. Compilers can prevent it by touching each page of a large
// frame on the way (-fstack-clash-protection).

#include <alloca.h>
#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "ipc/region.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"
#include "runner/faults/reach.hpp"

#if defined(__GNUC__) && !defined(__clang__)
#define BULKHEAD_UNPROBED __attribute__((optimize("no-stack-clash-protection")))
#else
#define BULKHEAD_UNPROBED
#endif

namespace bulkhead::stack_jump_fault {
namespace {

constexpr std::size_t written_words = 8;
constexpr std::uintptr_t furthest_bytes = std::uintptr_t{1} << 30;

/// Enters a frame that reaches down to `target` and writes its far end. Calls nothing: whatever was
/// called would have its frame down there.
BULKHEAD_FAULT BULKHEAD_UNPROBED std::uint64_t write_far_end(std::uintptr_t target) {
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  auto* const frame = static_cast<volatile char*>(opaque(alloca(opaque(here - target))));
  // The frame may be a little longer than was asked for.
  const std::uintptr_t excess = target - reinterpret_cast<std::uintptr_t>(frame);
  auto* const far_end = reinterpret_cast<volatile std::uint64_t*>(frame + opaque(excess));
  for (std::size_t word = 0; word < written_words; ++word) far_end[word] = 0x41;
  return far_end[0];  // Read, so that the frame is still there.
}

/// In the middle of the calling thread's guard page; of a first thread, where its stack may not
/// grow.
std::uintptr_t guard_page() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void* lowest = nullptr;
  std::size_t size = 0;
  std::size_t guard_bytes = 0;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_getguardsize(&attributes, &guard_bytes);
  pthread_attr_destroy(&attributes);
  const auto address = reinterpret_cast<std::uintptr_t>(lowest);
  return address - std::max(guard_bytes, page_bytes()) / 2;
}

/// Only into what was laid out to be hit: the sibling's canaries, if its stack lies below; else the
/// guard page gets the frame that would have jumped over it.
BULKHEAD_FAULT void jump(const Strike& strike) {
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const Canaries* const reached = within_reach(strike);
  const std::uintptr_t victim =
      reached == nullptr ? 0 : reinterpret_cast<std::uintptr_t>(reached->stack.data());
  const bool below = victim != 0 && victim + page_bytes() < here && here - victim < furthest_bytes;
  const std::uintptr_t target = below ? victim : guard_page();
  if (target != 0) static_cast<void>(opaque(write_far_end(target)));
}

const FaultRegistry::Registration registered{{
    .name = "stack-jump",
    .family = "address space",
    .help = "enters a frame that steps over the guard page, into a sibling's stack if one is below",
    .ends_as = "SIGSEGV",
    .expected = {Outcome::silent, Outcome::contained},
    .also = {Outcome::degraded, Outcome::lost_all},  // Nobody's stack lay below.
    .aims_at = AimsAt::memory,
    .strike = jump,
}};

}  // namespace
}  // namespace bulkhead::stack_jump_fault

// Too deep on the stack. A thread's stack is a mapping of a fixed size with a guard page below;
// that of a process' first thread grows when it is touched, up to a limit that may still be lowered
// while it runs. So the second fault here is one of the few that a worker survives better as a
// thread.

#include <sys/resource.h>

#include <cstddef>

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::stack_fault {
namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;
constexpr std::size_t frame_bytes = 2 * kib;
constexpr std::size_t most_stack_bytes = 64 * mib;
constexpr std::size_t lowered_stack_bytes = 64 * kib;
constexpr std::size_t needed_stack_bytes = mib;

/// Touches every frame from here to `bytes` further down.
// NOLINTNEXTLINE(misc-no-recursion)
BULKHEAD_FAULT int descend(std::size_t bytes) {
  char frame[frame_bytes];
  volatile char* const touched = opaque(&frame[0]);
  *touched = 1;
  const int below = bytes > frame_bytes ? descend(opaque(bytes - frame_bytes)) : 0;
  return (below + *touched) & 1;  // Read after the call, so that it cannot become a loop.
}

std::size_t stack_limit() noexcept {
  rlimit limit{};
  getrlimit(RLIMIT_STACK, &limit);
  return limit.rlim_cur;  // RLIM_INFINITY is the largest number there is.
}

void overflow_stack(const Strike&) {
  static_cast<void>(opaque(descend(2 * most_stack_bytes)));
}

std::string overflow_unavailable() {
  if (stack_limit() <= most_stack_bytes) return "";
  return "the stack may grow beyond 64 MiB (ulimit -s), too much to fill";
}

void lower_stack_limit(const Strike&) {
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) != 0) return;
  const rlimit before = limit;
  limit.rlim_cur = lowered_stack_bytes;
  if (setrlimit(RLIMIT_STACK, &limit) != 0) return;
  static_cast<void>(opaque(descend(needed_stack_bytes)));
  setrlimit(RLIMIT_STACK, &before);
}

std::string lowering_unavailable() {
  if (stack_limit() >= 4 * needed_stack_bytes) return "";
  return "the stack is limited to less than 4 MiB already (ulimit -s)";
}

const FaultRegistry::Registration overflow{{
    .name = "stack-overflow",
    .family = "crash",
    .help = "recurses until the stack is full",
    .ends_as = "SIGSEGV",
    .strike = overflow_stack,
    .unavailable = overflow_unavailable,
}};

const FaultRegistry::Registration lowered{{
    .name = "stack-limit-lowered",
    .family = "address space",
    .help = "lowers the stack's limit to 64 KiB and then needs 1 MiB",
    .ends_as = "SIGSEGV",
    .expected = {Outcome::harmless, Outcome::contained},
    .strike = lower_stack_limit,
    .unavailable = lowering_unavailable,
}};

}  // namespace
}  // namespace bulkhead::stack_fault

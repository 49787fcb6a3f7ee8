// Mistakes with malloc and free that the allocator notices: at once, or at the next call that meets
// the damage, which may be anybody's. Their stores are left visible to AddressSanitizer, whose own
// heap would otherwise swallow them; it ends the process as well.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::heap_misuse_fault {
namespace {

/// A block of which the compiler knows neither where it comes from nor what it is for.
void* opaque_block(std::size_t bytes) {
  return opaque(std::malloc(opaque(bytes)));
}

void free_twice(const Strike&) {
  void* const block = opaque_block(32);
  std::free(opaque(block));
  std::free(opaque(block));
}

// Not aligned as a block is, and the word in front, where a block has its size, is zero: so that it
// is refused for one and the same reason always.
void free_stack(const Strike&) {
  alignas(16) std::uint64_t words[4] = {};
  std::free(opaque(static_cast<void*>(opaque(&words[0]) + 1)));
}

// Too large for the thread's own cache of free blocks, which looks at no neighbour.
void overflow_block(const Strike&) {
  constexpr std::size_t block_bytes = 2000;
  constexpr std::size_t surplus_bytes = 64;
  void* const block = opaque_block(block_bytes);
  void* const neighbour = opaque_block(block_bytes);
  if (block == nullptr || neighbour == nullptr) return;
  std::memset(opaque(block), 'A', opaque(block_bytes + surplus_bytes));
  std::free(opaque(block));
}

// Two blocks, since the first of the cached ones is handed out unseen. Whatever the link between
// them was, one less than it is no address of a block.
__attribute__((noinline)) void use_after_free(const Strike&) {
  constexpr std::size_t block_bytes = 32;
  void* const first = opaque_block(block_bytes);
  void* const second = opaque_block(block_bytes);
  if (first == nullptr || second == nullptr) return;
  std::free(opaque(first));
  std::free(opaque(second));
  auto* const reference_count = static_cast<volatile std::uint64_t*>(opaque(second));
  *reference_count = *reference_count - 1;
  static_cast<void>(opaque_block(block_bytes));
  static_cast<void>(opaque_block(block_bytes));
}

const FaultRegistry::Registration double_free{{
    .name = "double-free",
    .family = "crash",
    .help = "frees a block twice",
    .ends_as = "SIGABRT",
    .strike = free_twice,
}};

const FaultRegistry::Registration free_invalid{{
    .name = "free-invalid",
    .family = "crash",
    .help = "frees an address on the stack",
    .ends_as = "SIGABRT",
    .strike = free_stack,
}};

const FaultRegistry::Registration heap_smash{{
    .name = "heap-smash",
    .family = "crash",
    .help = "writes 64 bytes over the end of a block and frees it",
    .ends_as = "SIGABRT",
    .strike = overflow_block,
}};

const FaultRegistry::Registration stale_block{{
    .name = "use-after-free",
    .family = "crash",
    .help = "decrements a word of a freed block and allocates again",
    .ends_as = "SIGABRT",
    .strike = use_after_free,
}};

}  // namespace
}  // namespace bulkhead::heap_misuse_fault

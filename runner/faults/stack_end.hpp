// Where unwinding has to stop.
#pragma once

namespace bulkhead {

/// Says that the stack ends with the calling function, which must not be inlined: whoever unwinds
/// from further down finds no frames above it, neither a handler nor a destructor.
///
/// The first thread of a compartment has the frames of the supervisor that forked it on its stack,
/// whose destructors would end the other compartments; the other threads have not. With an end here
/// both unwind alike. See the CFI directives in the manual of the GNU assembler.
__attribute__((always_inline)) inline void end_stack_here() noexcept {
#if defined(__x86_64__)
  asm volatile(".cfi_undefined rip");
#elif defined(__aarch64__)
  asm volatile(".cfi_undefined x30");
#endif
}

}  // namespace bulkhead

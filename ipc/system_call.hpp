// A system call without the C library between. Each page of a library that a forked process calls
// into has to be mapped for it, with those around, and taken down again at its death: for a wait on
// a futex that is as dear as the call itself.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <type_traits>

namespace bulkhead {

namespace detail {

template <class Argument>
[[gnu::always_inline]] inline long to_word(Argument argument) noexcept {
  if constexpr (std::is_pointer_v<Argument>) return reinterpret_cast<long>(argument);
  if constexpr (std::is_integral_v<Argument>) return static_cast<long>(argument);
  return 0;  // nullptr
}

[[gnu::always_inline]] inline long enter_kernel(long number, long a = 0, long b = 0, long c = 0,
                                                long d = 0, long e = 0, long f = 0) noexcept {
#if defined(__x86_64__)
  // Registers of System V's ABI for x86-64, A.2.1.
  register long fourth asm("r10") = d;
  register long fifth asm("r8") = e;
  register long sixth asm("r9") = f;
  long answer = number;
  asm volatile("syscall"
               : "+a"(answer)
               : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
               : "rcx", "r11", "memory");
  return answer;
#else
  const long answer = syscall(number, a, b, c, d, e, f);
  return answer == -1 ? -errno : answer;
#endif
}

}  // namespace detail

/// `number` is one of SYS_...; arguments are whole numbers and pointers, six at most. Answers what
/// the kernel does: an error is -EINTR, -EAGAIN and so on, and errno says nothing. No point of
/// cancellation. Any thread or process.
template <class... Arguments>
[[gnu::always_inline]] inline long system_call(long number, Arguments... arguments) noexcept {
  return detail::enter_kernel(number, detail::to_word(arguments)...);
}

}  // namespace bulkhead

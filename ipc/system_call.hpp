// A system call without the C library between. Each page of a library that a forked process calls
// into has to be mapped for it, with those around, and taken down again at its death: for a wait on
// a futex that is as dear as the call itself.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <type_traits>

namespace bulkhead {

namespace system_call_detail {

template <class Argument>
[[gnu::always_inline]] inline long as_word(Argument argument) noexcept {
  if constexpr (std::is_pointer_v<Argument>) {
    return reinterpret_cast<long>(argument);
  } else if constexpr (std::is_null_pointer_v<Argument>) {
    return 0;
  } else {
    return static_cast<long>(argument);
  }
}

[[gnu::always_inline]] inline long enter_kernel(long number, long a, long b = 0, long c = 0,
                                                long d = 0, long e = 0, long f = 0) noexcept {
#if defined(__x86_64__)
  // Calling conventions of x86-64, A.2.1 of the System V ABI's supplement for it.
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

}  // namespace system_call_detail

/// `number` is one of SYS_...; arguments are numbers and pointers, six at most. Answers what the
/// kernel does: an error is -EINTR, -EAGAIN and so on, and errno stays as it is. No point of
/// cancellation. Any thread or process, and signal handlers.
template <class... Arguments>
[[gnu::always_inline]] inline long system_call(long number, Arguments... arguments) noexcept {
  if constexpr (sizeof...(arguments) == 0) {
    return system_call_detail::enter_kernel(number, 0);
  } else {
    return system_call_detail::enter_kernel(number, system_call_detail::as_word(arguments)...);
  }
}

}  // namespace bulkhead

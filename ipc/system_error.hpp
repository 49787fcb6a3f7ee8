// The one way a refused system call becomes an exception: with the call, the wish and errno.
#pragma once

#include <string>

namespace bulkhead {

/// Throws std::system_error with the errno of the call that just failed. `wish` says which call it
/// was and what we wanted, as in "mmap: map 64 MiB for the arena". Call it before anything that may
/// change errno.
[[noreturn]] void throw_errno(const std::string& wish);

/// The same for calls that return the error instead of setting errno (pthreads, posix_*).
[[noreturn]] void throw_error(int error, const std::string& wish);

/// What strerror(3) says, from any thread.
[[nodiscard]] std::string error_text(int error);

}  // namespace bulkhead

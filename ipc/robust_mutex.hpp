// A pthread mutex for shared memory that tells the next taker when its holder died.
// pthread_mutexattr_setrobust(3): EOWNERDEAD is answered once; a taker that unlocks without
// pthread_mutex_consistent(3) makes the mutex ENOTRECOVERABLE for everybody after it.
#pragma once

#include <pthread.h>

#include <cstdint>

#include "ipc/clock.hpp"

namespace bulkhead {

/// What a process-shared mutex does about a holder that died.
enum class Robustness { stalled, robust };
/// Whether the holder may lock again.
enum class Recursion { forbidden, allowed };

/// Makes a process-shared pthread mutex in place. Throws std::system_error.
void init_shared_mutex(pthread_mutex_t& mutex, Robustness robustness, Recursion recursion);

/// pthread_mutex_lock until the deadline, and its answers: 0, ETIMEDOUT, EOWNERDEAD,
/// ENOTRECOVERABLE. Waits in slices of 20 ms: a waiter that is killed between its wake-up and its
/// taking the mutex has swallowed the wake-up, glibc 2.36 gives it to nobody else when a third one
/// took the mutex meanwhile, and who still sleeps would do so for ever.
[[nodiscard]] int lock_until(pthread_mutex_t& mutex, Deadline deadline) noexcept;

/// Whether the thread with this number holds the mutex. A hint, read without taking it.
[[nodiscard]] inline bool is_held_by(const pthread_mutex_t& mutex, std::uint32_t tid) noexcept {
  // glibc keeps the holder's thread number there in all the kinds of mutex that we make.
  return static_cast<std::uint32_t>(__atomic_load_n(&mutex.__data.__owner, __ATOMIC_RELAXED)) ==
         tid;
}

}  // namespace bulkhead

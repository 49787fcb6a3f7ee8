// A pthread mutex for shared memory that tells the next taker when its holder died.
// pthread_mutexattr_setrobust(3): EOWNERDEAD is answered once; a taker that unlocks without
// pthread_mutex_consistent(3) makes the mutex ENOTRECOVERABLE for everybody after it.
#pragma once

#include <pthread.h>

#include <cerrno>
#include <cstdint>

#include "ipc/clock.hpp"

namespace bulkhead {

/// The kind of a process-shared mutex, in the words of pthread_mutexattr_setrobust(3),
/// pthread_mutexattr_settype(3p) and pthread_mutexattr_setprotocol(3p).
struct MutexKind {
  int robustness = PTHREAD_MUTEX_STALLED;
  int type = PTHREAD_MUTEX_TIMED_NP;  // glibc's name of the default.
  int protocol = PTHREAD_PRIO_NONE;
};

/// Makes a process-shared pthread mutex in place. Throws std::system_error.
void init_shared_mutex(pthread_mutex_t& mutex, const MutexKind& kind);

/// pthread_mutex_trylock, and its answers: 0, EBUSY, EOWNERDEAD, ENOTRECOVERABLE. glibc 2.36 leaves
/// a mutex that is not recoverable locked, so that whoever asks next would wait for the one that
/// was told; who waits already looks again after a slice.
[[nodiscard]] inline int try_lock(pthread_mutex_t& mutex) noexcept {
  const int error = pthread_mutex_trylock(&mutex);
  if (error == ENOTRECOVERABLE) [[unlikely]]
    __atomic_store_n(&mutex.__data.__lock, 0, __ATOMIC_RELEASE);
  return error;
}

/// pthread_mutex_lock until the deadline, and its answers: 0, ETIMEDOUT, EOWNERDEAD,
/// ENOTRECOVERABLE. Waits in slices: glibc 2.36 gives the wake-up of a killed waiter to nobody else
/// when a third one took the mutex meanwhile.
[[nodiscard]] int lock_until(pthread_mutex_t& mutex, Deadline deadline) noexcept;

/// Whether the thread with this number holds the mutex. A hint, read without taking it.
[[nodiscard]] inline bool is_held_by(const pthread_mutex_t& mutex, std::uint32_t tid) noexcept {
  // glibc keeps the holder's thread number there in all the kinds of mutex that we make.
  return static_cast<std::uint32_t>(__atomic_load_n(&mutex.__data.__owner, __ATOMIC_RELAXED)) ==
         tid;
}

/// The same, asked by the thread itself and in the middle of locking too: false only where it
/// surely does not hold it. Between taking the mutex and writing its number it finds no holder's
/// number there, since who unlocks takes his away first.
[[nodiscard]] inline bool may_be_held_by(const pthread_mutex_t& mutex, std::uint32_t tid) noexcept {
  const bool is_locked = __atomic_load_n(&mutex.__data.__lock, __ATOMIC_RELAXED) != 0;
  return is_locked && (is_held_by(mutex, tid) || is_held_by(mutex, 0));
}

}  // namespace bulkhead

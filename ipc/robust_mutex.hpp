// A pthread mutex for shared memory that tells the next taker when its holder died.
// pthread_mutexattr_setrobust(3): EOWNERDEAD is answered once; a taker that unlocks without
// pthread_mutex_consistent(3) makes the mutex ENOTRECOVERABLE for everybody after it.
#pragma once

#include <pthread.h>

#include "ipc/clock.hpp"

namespace bulkhead {

/// What a process-shared mutex does about a holder that died.
enum class Robustness { stalled, robust };
/// Whether the holder may lock again.
enum class Recursion { forbidden, allowed };

/// Makes a process-shared pthread mutex in place. Throws std::system_error.
void init_shared_mutex(pthread_mutex_t& mutex, Robustness robustness, Recursion recursion);

}  // namespace bulkhead

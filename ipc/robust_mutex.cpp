#include "ipc/robust_mutex.hpp"

#include <cerrno>

#include "ipc/system_error.hpp"
#include "ipc/wait_slice.hpp"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define BULKHEAD_CLANG_TSAN
#endif
#endif

namespace bulkhead {
namespace {

void check(int error, const char* wish) {
  if (error != 0) throw_error(error, wish);
}

int lock_for_one_slice(pthread_mutex_t& mutex, Deadline deadline) noexcept {
#if defined(__SANITIZE_THREAD__) || defined(BULKHEAD_CLANG_TSAN)
  // clang 14's ThreadSanitizer knows nothing of pthread_mutex_clocklock, nor of a dead owner in
  // pthread_mutex_timedlock, and so would take the unlock for an error.
  for (;;) {
    const int error = try_lock(mutex);
    if (error != EBUSY) return error;
    if (deadline.passed()) return ETIMEDOUT;
    constexpr timespec pause{0, 50'000};
    nanosleep(&pause, nullptr);
  }
#else
  const timespec at = deadline.as_timespec();
  return pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &at);
#endif
}

}  // namespace

void init_shared_mutex(pthread_mutex_t& mutex, const MutexKind& kind) {
  pthread_mutexattr_t attributes;
  check(pthread_mutexattr_init(&attributes), "pthread_mutexattr_init");
  check(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED),
        "pthread_mutexattr_setpshared: share a mutex between processes");
  check(pthread_mutexattr_setrobust(&attributes, kind.robustness),
        "pthread_mutexattr_setrobust: notice the death of a holder");
  check(pthread_mutexattr_settype(&attributes, kind.type), "pthread_mutexattr_settype");
  check(pthread_mutexattr_setprotocol(&attributes, kind.protocol),
        "pthread_mutexattr_setprotocol: lend the holder a waiter's priority");
  check(pthread_mutex_init(&mutex, &attributes), "pthread_mutex_init: make a shared mutex");
  pthread_mutexattr_destroy(&attributes);
}

int lock_until(pthread_mutex_t& mutex, Deadline deadline) noexcept {
  for (;;) {
    const Deadline slice = next_slice(deadline);
    const int error = lock_for_one_slice(mutex, slice);
    if (error != ETIMEDOUT || slice.at_ns == deadline.at_ns) return error;
  }
}

}  // namespace bulkhead

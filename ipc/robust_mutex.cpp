#include "ipc/robust_mutex.hpp"

#include <algorithm>
#include <cerrno>

#include "ipc/system_error.hpp"

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

constexpr std::int64_t slice_ns = 20'000'000;

int lock_for_one_slice(pthread_mutex_t& mutex, Deadline deadline) noexcept {
#if defined(__SANITIZE_THREAD__) || defined(BULKHEAD_CLANG_TSAN)
  // clang 14's ThreadSanitizer knows nothing of pthread_mutex_clocklock, nor of a dead owner in
  // pthread_mutex_timedlock, and so would take the unlock for an error.
  for (;;) {
    const int error = pthread_mutex_trylock(&mutex);
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

void init_shared_mutex(pthread_mutex_t& mutex, Robustness robustness, Recursion recursion) {
  pthread_mutexattr_t attributes;
  check(pthread_mutexattr_init(&attributes), "pthread_mutexattr_init");
  check(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED),
        "pthread_mutexattr_setpshared: share a mutex between processes");
  if (robustness == Robustness::robust) {
    check(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST),
          "pthread_mutexattr_setrobust: notice the death of a holder");
  }
  if (recursion == Recursion::allowed) {
    check(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE),
          "pthread_mutexattr_settype: let the holder lock again");
  }
  check(pthread_mutex_init(&mutex, &attributes), "pthread_mutex_init: make a shared mutex");
  pthread_mutexattr_destroy(&attributes);
}

int lock_until(pthread_mutex_t& mutex, Deadline deadline) noexcept {
  for (;;) {
    const std::int64_t now_ns = monotonic_ns();
    const std::int64_t slice_end_ns = std::min(deadline.at_ns, now_ns + slice_ns);
    const int error = lock_for_one_slice(mutex, Deadline{slice_end_ns});
    if (error != ETIMEDOUT || slice_end_ns == deadline.at_ns) return error;
  }
}

}  // namespace bulkhead

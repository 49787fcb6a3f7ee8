#include "ipc/robust_mutex.hpp"

#include "ipc/system_error.hpp"

namespace bulkhead {
namespace {

void check(int error, const char* wish) {
  if (error != 0) throw_error(error, wish);
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

}  // namespace bulkhead

#include "ipc/arena.hpp"

#include <sys/mman.h>

#include <cerrno>

#include "ipc/robust_mutex.hpp"
#include "ipc/system_error.hpp"

namespace bulkhead {
namespace {

// Boost's allocator brings no deadline. Nobody holds it for so long, unless he was stopped inside.
constexpr std::int64_t longest_wait_ns = 60 * ns_per_second;

}  // namespace

ArenaMutex::ArenaMutex() {
  init_shared_mutex(mutex_,
                    {.robustness = PTHREAD_MUTEX_ROBUST, .type = PTHREAD_MUTEX_RECURSIVE_NP});
}

void ArenaMutex::lock() {
  const int error = lock_until(mutex_, Deadline::in(longest_wait_ns));
  if (error == 0) return;
  // Unlocking without marking it consistent turns the mutex ENOTRECOVERABLE: poisoned for good.
  if (error == EOWNERDEAD) pthread_mutex_unlock(&mutex_);
  if (error == EOWNERDEAD || error == ENOTRECOVERABLE) throw ArenaPoisoned();
  throw_error(error, "pthread_mutex_clocklock: enter the arena's allocator");
}

void ArenaMutex::unlock() {
  pthread_mutex_unlock(&mutex_);
}

Arena::Arena(std::size_t bytes)
    : region_(Sharing::shared, bytes, "arena"),
      buffer_(boost::interprocess::create_only, region_.data(), region_.size_bytes()) {}

void Arena::reset() {
  if (madvise(region_.data(), region_.size_bytes(), MADV_REMOVE) != 0) {
    throw_errno("madvise: empty the arena");
  }
  // Assigning swaps; the old buffer's destructor touches nothing of what it managed.
  buffer_ = ArenaBuffer(boost::interprocess::create_only, region_.data(), region_.size_bytes());
}

}  // namespace bulkhead

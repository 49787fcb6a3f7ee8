// Every lock, taken and released by one worker through our contract, against the same lock called
// by hand: the C library's, Boost's and the kernel's by their own calls, the simplest spin locks
// as a textbook writes them, the others by their own members in a bare loop.

#include <fcntl.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/mman.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include "bench/bench.hpp"
#include "bench/loops.hpp"
#include "ipc/arena.hpp"
#include "ipc/lock_types.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead::bench {
namespace {

/// The lock by hand: lock() and unlock(), nothing else.
template <class L>
struct ByHand {
  Arena arena{std::size_t{1} << 16};
  L own{LockSetup{arena, L::description.most_users == 0 ? 1 : L::description.most_users}};
  // Which user a worker is, it knows at run time only.
  ByHand() { asm volatile("" : "+r"(user.index)); }
  void lock() {
    if (own.try_lock(user) != Acquired::clean) std::abort();
  }
  void unlock() { own.unlock(user); }
  LockUser user{0};
};

struct MutexByHand {
  explicit MutexByHand(const MutexKind& kind) { init_shared_mutex(mutex, kind); }
  void lock() { pthread_mutex_lock(&mutex); }
  void unlock() { pthread_mutex_unlock(&mutex); }
  pthread_mutex_t mutex;
};
template <>
struct ByHand<MutexLock> : MutexByHand {
  ByHand() : MutexByHand(MutexKind{}) {}
};
template <>
struct ByHand<RobustLock> : MutexByHand {
  ByHand() : MutexByHand({.robustness = PTHREAD_MUTEX_ROBUST}) {}
};
template <>
struct ByHand<AdaptiveLock> : MutexByHand {
  ByHand() : MutexByHand({.type = PTHREAD_MUTEX_ADAPTIVE_NP}) {}
};
template <>
struct ByHand<PiLock> : MutexByHand {
  ByHand() : MutexByHand({.protocol = PTHREAD_PRIO_INHERIT}) {}
};
template <>
struct ByHand<RwlockLock> {
  ByHand() {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_rwlock_init(&own, &attributes);
  }
  void lock() { pthread_rwlock_wrlock(&own); }
  void unlock() { pthread_rwlock_unlock(&own); }
  pthread_rwlock_t own;
};
template <>
struct ByHand<SemaphoreLock> {
  ByHand() { sem_init(&own, 1, 1); }
  void lock() { sem_wait(&own); }
  void unlock() { sem_post(&own); }
  sem_t own;
};
template <>
struct ByHand<BoostLock> {
  void lock() { own.lock(); }
  void unlock() { own.unlock(); }
  boost::interprocess::interprocess_mutex own;
};
template <>
struct ByHand<FlockLock> {
  void lock() { flock(file.get(), LOCK_EX); }
  void unlock() { flock(file.get(), LOCK_UN); }
  UniqueFd file{memfd_create("bench", MFD_CLOEXEC)};
};
template <>
struct ByHand<FcntlLock> {
  void lock() { set(F_WRLCK); }
  void unlock() { set(F_UNLCK); }
  void set(short type) {
    struct flock whole {};
    whole.l_type = type;
    fcntl(file.get(), F_OFD_SETLKW, &whole);
  }
  UniqueFd file{memfd_create("bench", MFD_CLOEXEC)};
};
template <>
struct ByHand<TasLock> {
  void lock() {
    while (held.exchange(1, std::memory_order_acquire) != 0) {
    }
  }
  void unlock() { held.store(0, std::memory_order_release); }
  std::atomic<std::uint32_t> held{0};
};
template <>
struct ByHand<TtasLock> {
  void lock() {
    while (held.load(std::memory_order_relaxed) != 0 ||
           held.exchange(1, std::memory_order_acquire) != 0) {
    }
  }
  void unlock() { held.store(0, std::memory_order_release); }
  std::atomic<std::uint32_t> held{0};
};
template <class L>
struct LockStage : LoopStage {
  Arena arena{std::size_t{1} << 16};
  L ours{LockSetup{arena, L::description.most_users == 0 ? 1 : L::description.most_users}};
  alignas(cache_line_bytes) ByHand<L> by_hand;
};

/// Strict turns let one user in once only.
template <class L>
constexpr bool one_user_may_repeat = L::description.name != "alternate";

template <class L>
Comparison compare_lock() {
  constexpr bool calls_kernel = L::description.name == "flock" || L::description.name == "fcntl";
  return compare_loops<LockStage<L>>(
      calls_kernel ? 20'000 : 1'000'000,
      [](LockStage<L>& stage, std::uint64_t) {
        stage.by_hand.lock();
        increment(stage);
        stage.by_hand.unlock();
      },
      [](LockStage<L>& stage, auto& unit) { increment_locked(stage, unit, stage.ours); });
}

template <class L>
void register_lock() {
  static const std::string name = "lock-" + std::string(L::description.name);
  if constexpr (one_user_may_repeat<L>) {
    static const BenchRegistry::Registration registered{
        {name, L::description.help, 1.05, compare_lock<L>}};
  }
}

template <class... Types>
bool register_all(TypeList<Types...>) {
  (register_lock<Types>(), ...);
  return true;
}

const bool registered = register_all(LockTypes{});

}  // namespace
}  // namespace bulkhead::bench

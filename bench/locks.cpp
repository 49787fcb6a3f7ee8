// Every lock, taken and released by one worker through our contract, against the same lock called
// by hand: the C library's, Boost's and the kernel's by their own calls, the simplest spin locks
// as a textbook writes them, the others by their own members. Both in the same loop, so that the
// contract alone is judged; the loop has benches of its own. And both try first, as whoever must
// not hang behind a dead holder does; what that costs is shown by itself, where the C library's
// call that tries is not the one that waits.

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
  void lock(LockUser user) {
    if (own.try_lock(user) != Acquired::clean) std::abort();
  }
  void unlock(LockUser user) { own.unlock(user); }
};

/// Which user a worker is, it knows at run time only.
LockUser the_user() {
  LockUser user{0};
  asm volatile("" : "+r"(user.index));
  return user;
}

struct MutexByHand {
  explicit MutexByHand(const MutexKind& kind) { init_shared_mutex(mutex, kind); }
  void lock(LockUser) {
    if (pthread_mutex_trylock(&mutex) != 0) pthread_mutex_lock(&mutex);
  }
  void wait_for() { pthread_mutex_lock(&mutex); }
  void unlock(LockUser) { pthread_mutex_unlock(&mutex); }
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
  void lock(LockUser) {
    if (pthread_rwlock_trywrlock(&own) != 0) pthread_rwlock_wrlock(&own);
  }
  void wait_for() { pthread_rwlock_wrlock(&own); }
  void unlock(LockUser) { pthread_rwlock_unlock(&own); }
  pthread_rwlock_t own;
};
template <>
struct ByHand<SemaphoreLock> {
  ByHand() { sem_init(&own, 1, 1); }
  void lock(LockUser) {
    if (sem_trywait(&own) != 0) sem_wait(&own);
  }
  void wait_for() { sem_wait(&own); }
  void unlock(LockUser) { sem_post(&own); }
  sem_t own;
};
template <>
struct ByHand<BoostLock> {
  void lock(LockUser) {
    if (!own.try_lock()) own.lock();
  }
  void wait_for() { own.lock(); }
  void unlock(LockUser) { own.unlock(); }
  boost::interprocess::interprocess_mutex own;
};
template <>
struct ByHand<FlockLock> {
  void lock(LockUser) {
    if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) flock(file.get(), LOCK_EX);
  }
  void unlock(LockUser) { flock(file.get(), LOCK_UN); }
  UniqueFd file{memfd_create("bench", MFD_CLOEXEC)};
};
template <>
struct ByHand<FcntlLock> {
  void lock(LockUser) {
    if (set(F_OFD_SETLK, F_WRLCK) != 0) set(F_OFD_SETLKW, F_WRLCK);
  }
  void unlock(LockUser) { set(F_OFD_SETLK, F_UNLCK); }
  int set(int command, short type) {
    struct flock whole {};
    whole.l_type = type;
    return fcntl(file.get(), command, &whole);
  }
  UniqueFd file{memfd_create("bench", MFD_CLOEXEC)};
};
template <>
struct ByHand<TasLock> {
  void lock(LockUser) {
    while (held.exchange(1, std::memory_order_acquire) != 0) {
    }
  }
  void unlock(LockUser) { held.store(0, std::memory_order_release); }
  std::atomic<std::uint32_t> held{0};
};
template <>
struct ByHand<TtasLock> {
  void lock(LockUser) {
    while (held.load(std::memory_order_relaxed) != 0 ||
           held.exchange(1, std::memory_order_acquire) != 0) {
    }
  }
  void unlock(LockUser) { held.store(0, std::memory_order_release); }
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
  return compare_operations<LockStage<L>>(
      calls_kernel ? 20'000 : 1'000'000,
      [user = the_user()](LockStage<L>& stage, auto&) {
        stage.by_hand.lock(user);
        increment(stage);
        stage.by_hand.unlock(user);
      },
      [](LockStage<L>& stage, auto& unit) { increment_locked(stage, unit, stage.ours); });
}

/// By hand alone: trying first against waiting at once.
template <class L>
Comparison compare_try() {
  return compare_operations<LockStage<L>>(
      1'000'000,
      [](LockStage<L>& stage, auto&) {
        stage.by_hand.wait_for();
        increment(stage);
        stage.by_hand.unlock(LockUser{});
      },
      [](LockStage<L>& stage, auto&) {
        stage.by_hand.lock(LockUser{});
        increment(stage);
        stage.by_hand.unlock(LockUser{});
      });
}

template <class L>
void register_lock() {
  static const std::string name = "lock-" + std::string(L::description.name);
  if constexpr (one_user_may_repeat<L>) {
    static const BenchRegistry::Registration registered{
        {name, L::description.help, 1.05, compare_lock<L>}};
  }
  if constexpr (requires(ByHand<L> & by_hand) { by_hand.wait_for(); }) {
    static const std::string try_name = "try-" + std::string(L::description.name);
    static const BenchRegistry::Registration registered{
        {try_name, "trying first, to a call that waits at once", 1.15, compare_try<L>}};
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

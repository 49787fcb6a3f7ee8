// What the C library and the kernel do with a lock or another shared structure whose user dies:
// the ground on which the descriptions of our locks, their deadlines and their repairs stand. Seen
// on glibc 2.36; man pages pthread_mutexattr_setrobust(3), get_robust_list(2), semop(2).

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ipc/region.hpp"
#include "ipc/robust_mutex.hpp"
#include "runner/trial/child.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"

using namespace bulkhead;

namespace {

constexpr std::int64_t long_enough_ns = 30 * ns_per_second;
/// Long enough for whoever could go on to have done so.
constexpr std::int64_t while_ns = 200 * ns_per_ms;

/// One object in memory that all children share.
template <class T>
class InCommon {
 public:
  InCommon() : region_(Sharing::shared, sizeof(T), "test"), object_(new (region_.data()) T()) {}
  T* operator->() { return object_; }
  T& operator*() { return *object_; }

 private:
  Region region_;
  T* object_;
};

template <class IsTrue>
bool comes_true(IsTrue condition) {
  const Deadline end = Deadline::in(long_enough_ns);
  while (!condition() && !end.passed()) usleep(500);
  return condition();
}

/// Whether it sleeps in the kernel, as proc_pid_stat(5) has it.
bool is_asleep(const Child& child) {
  std::ifstream file("/proc/" + std::to_string(child.pid()) + "/stat");
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = line.rfind(')');  // A name may hold anything.
  return name_end != std::string::npos && line.compare(name_end, 3, ") S") == 0;
}

/// Runs `body` in a child that then dies as it stands.
template <class Body>
void in_dying_child(Body body) {
  const ExitCause end = in_child([&] {
    body();
    raise(SIGKILL);
    return 0;
  });
  REQUIRE(end.kind == ExitCause::Kind::signalled);
}

int try_robust(pthread_mutex_t& mutex) {
  const int answer = pthread_mutex_trylock(&mutex);
  if (answer == EOWNERDEAD) pthread_mutex_consistent(&mutex);
  if (answer == 0 || answer == EOWNERDEAD) pthread_mutex_unlock(&mutex);
  return answer;
}

constexpr MutexKind shared_robust{.robustness = PTHREAD_MUTEX_ROBUST};

struct SharedCondition {
  pthread_mutex_t mutex;
  pthread_cond_t condition;
  std::atomic<int> waiting{0};

  SharedCondition() {
    init_shared_mutex(mutex, {});
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&condition, &attributes);
  }
  int wait() {
    pthread_mutex_lock(&mutex);
    waiting.fetch_add(1);
    pthread_cond_wait(&condition, &mutex);
    return 0;
  }
};

}  // namespace

TEST_CASE("a process that dies with more than 2048 robust locks leaves the rest held",
          "[dead_user][fork][no_tsan]") {
  constexpr std::size_t held = 2100, kernel_limit = 2048;  // ROBUST_LIST_LIMIT
  struct Locks {
    pthread_mutex_t all[held];
  };
  InCommon<Locks> locks;
  for (pthread_mutex_t& mutex : locks->all) init_shared_mutex(mutex, shared_robust);
  in_dying_child([&] {
    for (pthread_mutex_t& mutex : locks->all) pthread_mutex_lock(&mutex);
  });
  std::size_t told = 0, stuck = 0;
  for (pthread_mutex_t& mutex : locks->all) {
    const int answer = try_robust(mutex);
    told += answer == EOWNERDEAD ? 1 : 0;
    stuck += answer == EBUSY ? 1 : 0;
  }
  CHECK(told == kernel_limit);
  CHECK(stuck == held - kernel_limit);
}

TEST_CASE("a robust lock whose holder unmapped it before it died stays held",
          "[dead_user][fork][no_tsan]") {
  InCommon<pthread_mutex_t> mutex;
  init_shared_mutex(*mutex, shared_robust);
  in_dying_child([&] {
    pthread_mutex_lock(&*mutex);
    munmap(&*mutex, page_bytes());
  });
  CHECK(try_robust(*mutex) == EBUSY);
}

TEST_CASE("exec lets go of the main thread's robust locks, and orphans those of another thread",
          "[dead_user][fork][no_tsan]") {
  const bool by_other_thread = GENERATE(false, true);
  CAPTURE(by_other_thread);
  InCommon<pthread_mutex_t> mutex;
  init_shared_mutex(*mutex, shared_robust);
  const auto lock_and_leave = [&] {
    pthread_mutex_lock(&*mutex);
    execl("/bin/true", "true", nullptr);
  };
  const ExitCause end = in_child([&] {
    if (!by_other_thread) lock_and_leave();
    std::thread other(lock_and_leave);
    other.join();
    return 1;
  });
  CHECK(end.kind == ExitCause::Kind::finished);
  CHECK(try_robust(*mutex) == (by_other_thread ? EBUSY : EOWNERDEAD));
}

TEST_CASE("a robust lock is recovered when the thread that holds it returns",
          "[dead_user][no_tsan]") {
  InCommon<pthread_mutex_t> mutex;
  init_shared_mutex(*mutex, shared_robust);
  std::thread([&] { pthread_mutex_lock(&*mutex); }).join();
  CHECK(try_robust(*mutex) == EOWNERDEAD);
  CHECK(try_robust(*mutex) == 0);
}

TEST_CASE("a waiter that is killed in a condition variable hangs who signals later",
          "[dead_user][fork][no_tsan]") {
  InCommon<SharedCondition> shared;
  std::vector<Child> waiters;
  for (int waiter = 0; waiter < 2; ++waiter) {
    waiters.push_back(Child::start([&] { return shared->wait(); }));
    REQUIRE(comes_true(
        [&] { return shared->waiting.load() == waiter + 1 && is_asleep(waiters.back()); }));
  }
  for (Child& waiter : waiters) {
    waiter.signal(SIGKILL);
    REQUIRE(waiter.reap(Deadline::in(long_enough_ns)));
  }
  // The dead take two signals, and never confirm that they left their group: who wants to wake
  // somebody of the next one waits for that.
  const auto signal_once = [&] {
    pthread_cond_signal(&shared->condition);
    return 0;
  };
  for (int signal = 0; signal < 2; ++signal) {
    REQUIRE(Child::start(signal_once).reap(Deadline::in(long_enough_ns)));
  }
  const Child living = Child::start([&] { return shared->wait(); });
  REQUIRE(comes_true([&] { return shared->waiting.load() == 3 && is_asleep(living); }));
  CHECK_FALSE(Child::start(signal_once).reap(Deadline::in(while_ns)));
}

TEST_CASE("a mutex that is not process-shared never wakes a waiter of another process",
          "[dead_user][fork][no_tsan]") {
  InCommon<std::mutex> mutex;
  InCommon<std::atomic<int>> at_it;
  mutex->lock();
  Child waiter = Child::start([&] {
    at_it->store(1);
    mutex->lock();
    return 0;
  });
  REQUIRE(comes_true([&] { return at_it->load() == 1 && is_asleep(waiter); }));
  mutex->unlock();
  CHECK_FALSE(waiter.reap(Deadline::in(while_ns)));
}

TEST_CASE("a dead reader keeps a read-write lock from every writer", "[dead_user][fork][no_tsan]") {
  InCommon<pthread_rwlock_t> lock;
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init(&attributes);
  pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_rwlock_init(&*lock, &attributes);
  in_dying_child([&] { pthread_rwlock_rdlock(&*lock); });
  CHECK(pthread_rwlock_trywrlock(&*lock) == EBUSY);
  CHECK(pthread_rwlock_tryrdlock(&*lock) == 0);
}

TEST_CASE("a barrier waits for ever for a member that died", "[dead_user][fork][no_tsan]") {
  InCommon<pthread_barrier_t> barrier;
  pthread_barrierattr_t attributes;
  pthread_barrierattr_init(&attributes);
  pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&*barrier, &attributes, 2);
  in_dying_child([] {});
  Child other = Child::start([&] {
    pthread_barrier_wait(&*barrier);
    return 0;
  });
  CHECK_FALSE(other.reap(Deadline::in(while_ns)));
}

TEST_CASE("the token of a POSIX semaphore dies with its holder, that of a System V one does not",
          "[dead_user][fork][no_tsan]") {
  InCommon<sem_t> token;
  sem_init(&*token, 1, 1);
  in_dying_child([&] { sem_wait(&*token); });
  CHECK(sem_trywait(&*token) == -1);
  CHECK(errno == EAGAIN);

  const int set = semget(IPC_PRIVATE, 1, 0600);
  REQUIRE(set != -1);
  semctl(set, 0, SETVAL, 1);
  in_dying_child([&] {
    sembuf take{0, -1, SEM_UNDO};
    semop(set, &take, 1);
  });
  CHECK(semctl(set, 0, GETVAL) == 1);
  semctl(set, 0, IPC_RMID);
}

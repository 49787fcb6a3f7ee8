// Every lock in locks/ has to pass this, in one process and across processes.

#include "ipc/any_lock.hpp"
#include "ipc/lock_list.hpp"

#include <sys/resource.h>

#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "runner/trial/child.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"

using namespace bulkhead;

namespace {

constexpr std::size_t arena_bytes = std::size_t{1} << 20;
constexpr std::int64_t long_ns = 60 * ns_per_second;
constexpr std::uint64_t turns_of_all = 8000;

std::string each_lock_name() {
  const auto& locks = all_locks();
  const auto index = GENERATE_REF(range(std::size_t{0}, locks.size()));
  return std::string(locks[index].name);
}

bool is_right(std::string_view name) {
  const Conditions& meant = find_lock(name)->meant;
  return meant.mutual_exclusion && meant.progress;
}

/// What the users of one lock share, in the arena: what is true inside, and what each saw.
struct Section {
  std::atomic<std::uint64_t> count{0};  // Added to by a load and a store.
  std::atomic<std::uint32_t> inside{0};
  std::atomic<std::uint32_t> violations{0};
  std::atomic<std::uint32_t> timed_out{0};
  std::atomic<std::uint64_t> most_bypasses{0};
};

/// Enters `turns` times, with or without a try before the wait.
void take_turns(const AnyLock& lock, Section& section, std::uint32_t index, std::uint64_t turns,
                std::int64_t patience_ns = long_ns) {
  Doorway doorway{.entries = &section.count};
  const LockUser user{index, &doorway};
  lock.with([&](auto& held) {
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
      Acquired answer = turn % 2 == 0 ? held.try_lock(user) : Acquired::busy;
      const bool waited = answer == Acquired::busy;
      if (waited) answer = held.lock(user, Deadline::in(patience_ns));
      if (answer != Acquired::clean) {
        section.timed_out.fetch_add(1);
        return;
      }
      if (section.inside.fetch_add(1, std::memory_order_relaxed) != 0) {
        section.violations.fetch_add(1, std::memory_order_relaxed);
      }
      const std::uint64_t seen = section.count.load(std::memory_order_relaxed);
      if (waited && seen - doorway.entries_before > section.most_bypasses) {
        section.most_bypasses = seen - doorway.entries_before;
      }
      section.count.store(seen + 1, std::memory_order_relaxed);
      section.inside.fetch_sub(1, std::memory_order_relaxed);
      held.unlock(user);
    }
  });
}

/// All users at once, as threads of this process.
void in_threads(std::uint32_t users, const std::function<void(std::uint32_t)>& use) {
  std::vector<std::thread> threads;
  for (std::uint32_t user = 0; user < users; ++user) threads.emplace_back(use, user);
  for (std::thread& thread : threads) thread.join();
}

/// All users at once, each in a process of its own.
void in_processes(std::uint32_t users, const std::function<void(std::uint32_t)>& use) {
  std::vector<Child> children;
  for (std::uint32_t user = 0; user < users; ++user) {
    children.push_back(Child::start([&use, user] {
      use(user);
      return 0;
    }));
  }
  for (Child& child : children) {
    const auto end = child.reap(Deadline::in(2 * long_ns));
    REQUIRE(end);
    REQUIRE(end->info.si_code == CLD_EXITED);
  }
}

/// All users at once: two processes, each of which has half of them as threads.
void in_a_mix(std::uint32_t users, const std::function<void(std::uint32_t)>& use) {
  const std::uint32_t each = users / 2;
  in_processes(2, [&](std::uint32_t process) {
    in_threads(each, [&](std::uint32_t thread) { use(process * each + thread); });
  });
}

using Together = void (*)(std::uint32_t, const std::function<void(std::uint32_t)>&);

/// A right lock must show no violation at 2, 8 and 32 users, and overtake nobody more often than it
/// says.
void check_conditions(const LockDescription& description, Together together) {
  for (const std::uint32_t users : {2u, 8u, 32u}) {
    if (description.most_users != 0 && users > description.most_users) continue;
    CAPTURE(users);
    Arena arena(arena_bytes);
    const AnyLock lock(arena, description.name, users);
    auto& section = *arena.construct<Section>();
    together(users,
             [&](std::uint32_t user) { take_turns(lock, section, user, turns_of_all / users); });
    REQUIRE(section.violations == 0);
    REQUIRE(section.timed_out == 0);
    REQUIRE(section.count == turns_of_all);
    if (description.meant.bounded_waiting) REQUIRE(section.most_bypasses < users);
  }
}

Acquired try_and_release(const AnyLock& lock, LockUser user) {
  Acquired answer{};
  lock.with([&](auto& held) {
    answer = held.try_lock(user);
    if (answer == Acquired::clean) held.unlock(user);
  });
  return answer;
}

/// A process takes the lock as this user and is killed while it holds it. Answers its thread's
/// number.
std::uint32_t kill_a_holder(Arena& arena, const AnyLock& lock, LockUser user) {
  auto* tid = arena.construct<std::atomic<std::uint32_t>>();
  const ExitCause end = in_child([&] {
    tid->store(static_cast<std::uint32_t>(getpid()));
    lock.with([&](auto& held) { static_cast<void>(held.lock(user, Deadline::in(long_ns))); });
    raise(SIGKILL);
    return 0;
  });
  REQUIRE(end.kind == ExitCause::Kind::signalled);
  return tid->load();
}

}  // namespace

// Sanitizers see each process by itself, so that this one tells them nothing.
TEST_CASE("a right lock keeps its conditions among processes, two, eight or thirty-two",
          "[lock][fork][no_asan][no_tsan]") {
  const std::string name = each_lock_name();
  if (!is_right(name)) return;
  CAPTURE(name);
  check_conditions(*find_lock(name), in_processes);
}

TEST_CASE(
    "a right lock keeps its conditions among two processes of threads, two, eight or "
    "thirty-two in all",
    "[lock][fork][no_asan][no_tsan]") {
  const std::string name = each_lock_name();
  if (!is_right(name)) return;
  CAPTURE(name);
  check_conditions(*find_lock(name), in_a_mix);
}

TEST_CASE("a right lock keeps its conditions among threads, two, eight or thirty-two", "[lock]") {
  const std::string name = each_lock_name();
  if (!is_right(name)) return;
  CAPTURE(name);
  check_conditions(*find_lock(name), in_threads);
}

// ThreadSanitizer's atomics are stronger than the machine's: nothing is ever overtaken there.
TEST_CASE("a lock without exclusion is caught by a violation and hangs nobody",
          "[lock][fork][no_tsan][no_asan]") {
  const std::string name = GENERATE("none", "peterson-nofence", "dekker-nofence");
  CAPTURE(name);
  if (std::thread::hardware_concurrency() < 2) return;  // One CPU sees its own stores in order.
  const Deadline watchdog = Deadline::in(long_ns);
  std::uint32_t violations = 0;
  while (violations == 0 && !watchdog.passed()) {
    Arena arena(arena_bytes);
    const AnyLock lock(arena, name, 2);
    auto& section = *arena.construct<Section>();
    in_processes(2, [&](std::uint32_t user) { take_turns(lock, section, user, 100'000); });
    violations = section.violations;
    REQUIRE(section.timed_out == 0);
  }
  REQUIRE(violations > 0);
}

TEST_CASE("two flags exclude, until both are up and nobody is inside", "[lock][fork]") {
  constexpr std::int64_t patience_ns = 50'000'000;
  const Deadline watchdog = Deadline::in(long_ns);
  bool stood_still = false;
  while (!stood_still && !watchdog.passed()) {
    Arena arena(arena_bytes);
    const AnyLock lock(arena, "flags", 2);
    auto& section = *arena.construct<Section>();
    in_processes(
        2, [&](std::uint32_t user) { take_turns(lock, section, user, 100'000, patience_ns); });
    REQUIRE(section.violations == 0);
    REQUIRE(section.inside == 0);
    stood_still = section.timed_out > 0;
  }
  REQUIRE(stood_still);
}

TEST_CASE("strict turns keep one out while the other does not want in", "[lock]") {
  Arena arena(arena_bytes);
  const AnyLock lock(arena, "alternate", 2);
  lock.with([&](auto& held) {
    REQUIRE(held.lock({1}, Deadline::in(20'000'000)) == Acquired::timed_out);
    REQUIRE_FALSE(held.held_by({0}, 0));
    REQUIRE(held.try_lock({0}) == Acquired::clean);
    held.unlock({0});
    REQUIRE(held.lock({1}, Deadline::in(20'000'000)) == Acquired::clean);
  });
}

TEST_CASE("strict turns exclude and overtake nobody while both want in", "[lock][fork]") {
  check_conditions(*find_lock("alternate"), in_processes);
}

TEST_CASE("a held lock is busy for a try and times out for a wait", "[lock][fork]") {
  const std::string name = each_lock_name();
  const LockDescription& description = *find_lock(name);
  if (description.name == "none") return;
  CAPTURE(name);
  Arena arena(arena_bytes);
  const AnyLock lock(arena, name, 2);
  lock.with([&](auto& held) { REQUIRE(held.lock({0}, Deadline::in(long_ns)) == Acquired::clean); });
  const ExitCause end = in_child([&] {
    int wrong = 0;
    lock.with([&](auto& held) {
      if (held.try_lock({1}) != Acquired::busy) wrong += 1;
      if (held.lock({1}, Deadline::in(2'000'000)) != Acquired::timed_out) wrong += 2;
    });
    return wrong;
  });
  CAPTURE(end.number);
  REQUIRE(end.kind == ExitCause::Kind::finished);
  lock.with([&](auto& held) { held.unlock({0}); });
  const bool usable = description.after_time_out == AfterTimeOut::usable;
  const Acquired after = try_and_release(lock, {1});
  CAPTURE(after);
  REQUIRE((after == Acquired::clean) == usable);
}

TEST_CASE("a lock does for a dead holder what its description says", "[lock][fork]") {
  const std::string name = each_lock_name();
  CAPTURE(name);
  Arena arena(arena_bytes);
  const AnyLock lock(arena, name, 2);
  kill_a_holder(arena, lock, {0});
  Acquired after{};
  lock.with([&](auto& held) { after = held.lock({1}, Deadline::in(20'000'000)); });
  switch (find_lock(name)->owner_death) {
    case OwnerDeath::reported:
      REQUIRE(after == Acquired::owner_died);
      break;
    case OwnerDeath::waits_for_ever:
      REQUIRE(after == Acquired::timed_out);
      break;
    case OwnerDeath::unnoticed:
      REQUIRE(after == Acquired::clean);
      break;
  }
}

// Releasing in the place of another is what ThreadSanitizer reports, and what is meant here.
TEST_CASE("a lock that can be released for a dead holder lets the next one in",
          "[lock][fork][no_tsan]") {
  const std::string name = each_lock_name();
  CAPTURE(name);
  Arena arena(arena_bytes);
  const AnyLock lock(arena, name, 2);
  const std::uint32_t tid = kill_a_holder(arena, lock, {0});
  const bool named = lock.held_by({0}, tid);
  if (!lock.release_orphan({0})) return;
  REQUIRE(named);
  lock.with([&](auto& held) {
    REQUIRE(held.lock({1}, Deadline::in(long_ns)) == Acquired::clean);
    held.unlock({1});
  });
  REQUIRE_FALSE(lock.held_by({0}, tid));
}

TEST_CASE("who surely does not hold a lock is told from who may", "[lock]") {
  const std::string name = each_lock_name();
  CAPTURE(name);
  Arena arena(arena_bytes);
  const AnyLock lock(arena, name, 2);
  const auto tid = static_cast<std::uint32_t>(gettid());
  constexpr std::uint32_t nobody = ~std::uint32_t{0};
  lock.with([&](auto& held) {
    REQUIRE_FALSE(lock.may_be_held_by({0}, tid));
    REQUIRE(held.lock({0}, Deadline::in(long_ns)) == Acquired::clean);
    REQUIRE(lock.may_be_held_by({0}, tid) == lock.held_by({0}, tid));
    REQUIRE_FALSE(lock.may_be_held_by({1}, nobody));
    held.unlock({0});
    REQUIRE_FALSE(lock.may_be_held_by({0}, tid));
  });
}

TEST_CASE("whoever has just taken a mutex may hold it before its name is there", "[lock]") {
  struct JustTaken : MutexLock {
    using MutexLock::MutexLock;
    void take_without_name() noexcept { mutex_.__data.__lock = 1; }
  };
  Arena arena(arena_bytes);
  JustTaken lock(LockSetup{arena});
  constexpr std::uint32_t tid = 17;
  REQUIRE_FALSE(lock.may_be_held_by({}, tid));
  lock.take_without_name();
  REQUIRE_FALSE(lock.held_by({}, tid));
  REQUIRE(lock.may_be_held_by({}, tid));
}

TEST_CASE("a lock on a file says why it cannot be had", "[lock][fork]") {
  for (const std::string_view name : {"flock", "fcntl"}) {
    const LockDescription& lock = *find_lock(name);
    REQUIRE(lock.unavailable() == "");
    const ExitCause end = in_child([&] {
      const rlimit none{0, 0};
      setrlimit(RLIMIT_NOFILE, &none);
      return lock.unavailable() == "memfd_create: Too many open files" ? 0 : 1;
    });
    REQUIRE(end.kind == ExitCause::Kind::finished);
  }
}

TEST_CASE("a robust lock that was marked consistent is clean again", "[lock][fork]") {
  Arena arena(arena_bytes);
  const AnyLock lock(arena, "robust", 2);
  static_cast<void>(in_child([&] {
    lock.with([&](auto& held) { static_cast<void>(held.lock({1}, Deadline::in(long_ns))); });
    raise(SIGKILL);
    return 0;
  }));
  lock.with([&](auto& held) {
    REQUIRE(held.try_lock({0}) == Acquired::owner_died);
    held.mark_consistent();
    held.unlock({0});
  });
  REQUIRE(try_and_release(lock, {0}) == Acquired::clean);
}

TEST_CASE("a robust lock that was not marked consistent is lost for good", "[lock][fork]") {
  Arena arena(arena_bytes);
  const AnyLock lock(arena, "robust", 2);
  static_cast<void>(in_child([&] {
    lock.with([&](auto& held) { static_cast<void>(held.lock({1}, Deadline::in(long_ns))); });
    raise(SIGKILL);
    return 0;
  }));
  lock.with([&](auto& held) {
    REQUIRE(held.try_lock({0}) == Acquired::owner_died);
    held.unlock({0});
  });
  REQUIRE(try_and_release(lock, {0}) == Acquired::unrecoverable);
  // Who was told so does not hold it.
  std::optional<Acquired> another;
  std::thread([&] {
    lock.with([&](auto& held) { another = held.lock({1}, Deadline::in(long_ns)); });
  }).join();
  REQUIRE(another == Acquired::unrecoverable);
}

TEST_CASE("lock names are unique and each says in one line what it is", "[lock]") {
  std::set<std::string_view> names;
  for (const LockDescription& lock : all_locks()) {
    REQUIRE(names.insert(lock.name).second);
    REQUIRE_FALSE(lock.help.empty());
    REQUIRE(lock.help.back() != '.');
    REQUIRE(find_lock(lock.name) != nullptr);
  }
  REQUIRE(find_lock("petersen") == nullptr);
}

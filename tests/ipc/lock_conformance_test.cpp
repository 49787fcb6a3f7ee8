// Every lock in locks/ has to pass this, in one process and across processes.

#include "ipc/any_lock.hpp"
#include "ipc/lock_list.hpp"

#include <set>
#include <string>
#include <thread>

#include "runner/trial/child.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"

using namespace bulkhead;

namespace {

constexpr std::size_t arena_bytes = std::size_t{1} << 20;
constexpr std::int64_t long_ns = 60 * ns_per_second;
constexpr int turns = 20'000;

std::string each_lock_name() {
  const auto& locks = all_locks();
  const auto index = GENERATE_REF(range(std::size_t{0}, locks.size()));
  return std::string(locks[index].name);
}

/// Adds to a plain counter under the lock, `turns` times.
int count_up(const AnyLock& lock, std::atomic<std::uint64_t>& count, LockUser user) {
  int failures = 0;
  lock.with([&](auto& held) {
    for (int turn = 0; turn < turns; ++turn) {
      if (held.lock(user, Deadline::in(long_ns)) != Acquired::clean) ++failures;
      count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      held.unlock(user);
    }
  });
  return failures;
}

Acquired try_and_release(const AnyLock& lock, LockUser user) {
  Acquired answer{};
  lock.with([&](auto& held) {
    answer = held.try_lock(user);
    if (answer == Acquired::clean) held.unlock(user);
  });
  return answer;
}

}  // namespace

TEST_CASE("a lock excludes the workers of two processes from each other", "[lock][fork]") {
  const std::string name = each_lock_name();
  if (find_lock(name)->owner_death == OwnerDeath::no_exclusion) return;
  CAPTURE(name);
  Arena arena(arena_bytes);
  const AnyLock lock(arena, name, 2);
  auto* count = arena.construct<std::atomic<std::uint64_t>>();
  Child other = Child::start([&] { return count_up(lock, *count, {1}); });
  REQUIRE(count_up(lock, *count, {0}) == 0);
  const auto end = other.reap(Deadline::in(long_ns));
  REQUIRE(end);
  REQUIRE(end->info.si_status == 0);
  REQUIRE(count->load() == 2 * turns);
}

TEST_CASE("a lock excludes two threads of one process from each other", "[lock]") {
  const std::string name = each_lock_name();
  if (find_lock(name)->owner_death == OwnerDeath::no_exclusion) return;
  CAPTURE(name);
  Arena arena(arena_bytes);
  const AnyLock lock(arena, name, 2);
  std::atomic<std::uint64_t> count{0};
  int failures = 0;
  std::thread other([&] { failures = count_up(lock, count, {1}); });
  const int own_failures = count_up(lock, count, {0});
  other.join();
  REQUIRE(own_failures + failures == 0);
  REQUIRE(count.load() == 2 * turns);
}

TEST_CASE("a held lock is busy for a try and times out for a wait", "[lock][fork]") {
  const std::string name = each_lock_name();
  if (find_lock(name)->owner_death == OwnerDeath::no_exclusion) return;
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
  REQUIRE(try_and_release(lock, {1}) == Acquired::clean);
}

TEST_CASE("a lock does for a dead holder what its description says", "[lock][fork]") {
  const std::string name = each_lock_name();
  CAPTURE(name);
  Arena arena(arena_bytes);
  const AnyLock lock(arena, name, 2);
  const ExitCause end = in_child([&] {
    lock.with([&](auto& held) { static_cast<void>(held.lock({1}, Deadline::in(long_ns))); });
    raise(SIGKILL);
    return 0;
  });
  REQUIRE(end.kind == ExitCause::Kind::signalled);
  Acquired after{};
  lock.with([&](auto& held) { after = held.lock({0}, Deadline::in(20'000'000)); });
  switch (find_lock(name)->owner_death) {
    case OwnerDeath::reported:
      REQUIRE(after == Acquired::owner_died);
      break;
    case OwnerDeath::waits_for_ever:
      REQUIRE(after == Acquired::timed_out);
      break;
    case OwnerDeath::no_exclusion:
      REQUIRE(after == Acquired::clean);
      break;
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

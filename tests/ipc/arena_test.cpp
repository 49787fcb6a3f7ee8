#include "ipc/arena.hpp"

#include <atomic>

#include "runner/trial/child.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"

using namespace bulkhead;

namespace {

constexpr std::size_t room_bytes = std::size_t{4} << 20;

struct StringOrder {
  bool operator()(const ArenaString& left, const ArenaString& right) const { return left < right; }
};
using Map = ArenaMap<ArenaString, int, StringOrder>;

}  // namespace

TEST_CASE("a map in the arena that a child fills is read by its parent", "[arena][fork]") {
  Arena arena(room_bytes);
  Map* map = arena.construct<Map>(StringOrder(), arena.allocator<Map::value_type>());
  const ExitCause end = in_child([&] {
    for (int index = 0; index < 100; ++index) {
      const std::string key =
          "a key that is too long for the short-string buffer " + std::to_string(index);
      map->try_emplace(ArenaString(key.c_str(), arena.allocator<char>()), index);
    }
    return 0;
  });
  REQUIRE(end.kind == ExitCause::Kind::finished);
  REQUIRE(map->size() == 100);
}

TEST_CASE("several processes may allocate from the arena at once", "[arena][fork]") {
  Arena arena(room_bytes);
  const std::size_t free_before = arena.free_bytes();
  const auto churn = [&] {
    for (int turn = 0; turn < 20'000; ++turn) {
      auto allocator = arena.allocator<char>();
      const std::size_t bytes = 16 + static_cast<std::size_t>(turn % 200);
      char* block = allocator.allocate(bytes);
      *block = 1;
      allocator.deallocate(block, bytes);
    }
    return 0;
  };
  Child first = Child::start(churn);
  const ExitCause second = in_child(churn);
  const auto end = first.reap(Deadline::in(30 * ns_per_second));
  REQUIRE(second.kind == ExitCause::Kind::finished);
  REQUIRE(end);
  REQUIRE(exit_cause(end->info, true, OurKill::none).kind == ExitCause::Kind::finished);
  REQUIRE(arena.free_bytes() == free_before);
}

TEST_CASE("after a death inside the allocator the arena refuses instead of hanging",
          "[arena][fork]") {
  Arena arena(room_bytes);
  ArenaMutex* mutex = arena.construct<ArenaMutex>();
  const ExitCause end = in_child([&] {
    mutex->lock();
    raise(SIGKILL);
    return 0;
  });
  REQUIRE(end.kind == ExitCause::Kind::signalled);
  REQUIRE_THROWS_AS(mutex->lock(), ArenaPoisoned);
  REQUIRE_THROWS_AS(mutex->lock(), ArenaPoisoned);
  const ExitCause another = in_child([&] {
    try {
      mutex->lock();
    } catch (const ArenaPoisoned&) {
      return 7;
    }
    return 0;
  });
  REQUIRE(another.number == 7);
}

TEST_CASE("an allocator whose user left it alone goes on", "[arena][fork]") {
  Arena arena(room_bytes);
  ArenaMutex* mutex = arena.construct<ArenaMutex>();
  const ExitCause end = in_child([&] {
    mutex->lock();
    mutex->unlock();
    raise(SIGKILL);
    return 0;
  });
  REQUIRE(end.kind == ExitCause::Kind::signalled);
  REQUIRE_NOTHROW(mutex->lock());
  mutex->unlock();
}

TEST_CASE("a full arena refuses with an exception", "[arena]") {
  Arena arena(room_bytes);
  REQUIRE_THROWS_AS(arena.construct_array<char>(2 * room_bytes), boost::interprocess::bad_alloc);
  REQUIRE_NOTHROW(arena.construct_array<char>(room_bytes / 2));
}

TEST_CASE("objects in the arena are aligned as their type asks", "[arena]") {
  struct alignas(128) Wide {
    char byte;
  };
  Arena arena(room_bytes);
  arena.construct<char>();
  REQUIRE(reinterpret_cast<std::uintptr_t>(arena.construct<Wide>()) % 128 == 0);
  REQUIRE(reinterpret_cast<std::uintptr_t>(arena.construct_array<Wide>(3)) % 128 == 0);
}

#include "ipc/shared_ring.hpp"

#include <sched.h>

#include <thread>
#include <vector>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

struct RingOnStage {
  explicit RingOnStage(ChannelShape shape)
      : arena(SharedRing::arena_bytes(shape) + (1 << 16)), ring(arena, shape) {}
  Arena arena;
  SharedRing ring;
};

Message message_with(std::uint64_t word) {
  Message message{};
  message.words[1] = word;
  return message;
}

}  // namespace

TEST_CASE("a shared ring is bounded, and gives back in order what went in", "[channel]") {
  RingOnStage stage({.message_bytes = 16, .capacity = 4});
  Message out{};
  CHECK_FALSE(stage.ring.try_pop(out));
  for (std::uint64_t lap = 0; lap < 3; ++lap) {
    for (std::uint64_t word = 0; word < 4; ++word) {
      REQUIRE(stage.ring.try_push(message_with(10 * lap + word)));
    }
    CHECK_FALSE(stage.ring.try_push(message_with(99)));
    for (std::uint64_t word = 0; word < 4; ++word) {
      REQUIRE(stage.ring.try_pop(out));
      CHECK(out.words[1] == 10 * lap + word);
      CHECK(out.number() == 4 * lap + word + 1);
    }
    CHECK_FALSE(stage.ring.try_pop(out));
  }
}

TEST_CASE("many senders and receivers lose and double nothing", "[channel]") {
  constexpr std::uint64_t each = 5000;
  RingOnStage stage({.message_bytes = 64, .capacity = 8});
  std::vector<std::atomic<std::uint32_t>> seen(2 * each);
  std::vector<std::thread> threads;
  for (std::uint64_t sender = 0; sender < 2; ++sender) {
    threads.emplace_back([&stage, sender] {
      for (std::uint64_t word = 0; word < each; ++word) {
        while (!stage.ring.try_push(message_with(sender * each + word))) sched_yield();
      }
    });
  }
  for (int receiver = 0; receiver < 2; ++receiver) {
    threads.emplace_back([&stage, &seen] {
      Message out{};
      for (std::uint64_t count = 0; count < each; ++count) {
        while (!stage.ring.try_pop(out)) sched_yield();
        seen[out.words[1]].fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& count : seen) REQUIRE(count == 1);
}

// Every channel in channels/ has to pass this, between threads and between processes.

#include "ipc/channels.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "ipc/heartbeat.hpp"
#include "ipc/message_counts.hpp"
#include "ipc/past_caches.hpp"
#include "runner/trial/child.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"
#include "tests/source_tree.hpp"

using namespace bulkhead;

namespace {

constexpr std::size_t arena_bytes = std::size_t{8} << 20;
constexpr std::int64_t watchdog_ns = 60 * ns_per_second;

struct NothingToWaitFor {};

/// Waits as long as a test may take.
struct LongPatience {
  Deadline deadline = Deadline::in(watchdog_ns);
  void operator()() const {
    if (deadline.passed()) throw std::runtime_error("the watchdog of a test ended a wait");
  }
};

std::string each_channel_name() {
  const auto names = Channels::names();
  const auto index = GENERATE_REF(range(std::size_t{0}, names.size()));
  return std::string(names[index]);
}

std::uint64_t word_of(std::uint64_t number, std::size_t word) {
  return number * 31 + word;
}

template <class C>
void send_some(C& channel, std::uint64_t count, std::size_t words) {
  const Heartbeat heartbeat;
  const LongPatience patience;
  Message message;
  for (std::uint64_t sent = 0; sent < count; ++sent) {
    const std::uint64_t number = channel.sent() + 1;
    for (std::size_t word = 1; word < words; ++word) message.words[word] = word_of(number, word);
    channel.send(message, patience);
  }
}

/// The number of messages that were not what the sender sent next.
template <class C>
int receive_some(C& channel, std::uint64_t count, std::size_t words) {
  const Heartbeat heartbeat;
  const LongPatience patience;
  Message message;
  int wrong = 0;
  for (std::uint64_t got = 0; got < count; ++got) {
    const std::uint64_t expected = channel.received() + 1;
    channel.receive(message, patience);
    bool right = message.number() == expected && channel.received() == expected;
    for (std::size_t word = 1; word < words; ++word) {
      right = right && message.words[word] == word_of(expected, word);
    }
    wrong += right ? 0 : 1;
  }
  return wrong;
}

/// A channel of each kind, with its own type.
void with_channel(ChannelShape shape, const std::string& name, const auto& use) {
  Arena arena(arena_bytes);
  Channels channels(arena, name, 1, shape);
  channels.with([&](auto list) { use(list[0]); });
}

/// How the child ended: 0 is well.
int code_of(Child& child) {
  const auto end = child.reap(Deadline::in(watchdog_ns));
  return end && end->info.si_code == CLD_EXITED ? end->info.si_status : -1;
}

}  // namespace

TEST_CASE("a channel carries messages in order and whole, from a process to another",
          "[channel][fork]") {
  const std::string name = each_channel_name();
  for (const std::size_t bytes : {8ul, 16ul, 64ul, 72ul, 4096ul}) {
    CAPTURE(name, bytes);
    constexpr std::uint64_t count = 500;
    with_channel({bytes, 16}, name, [&](auto& channel) {
      Child sender = Child::start([&] {
        send_some(channel, count, bytes / 8);
        return 0;
      });
      CHECK(receive_some(channel, count, bytes / 8) == 0);
      CHECK(code_of(sender) == 0);
      CHECK(channel.sent() == count);
      CHECK(channel.received() == count);
    });
  }
}

TEST_CASE("a channel carries messages in order and whole, from a thread to another", "[channel]") {
  const std::string name = each_channel_name();
  CAPTURE(name);
  constexpr std::uint64_t count = 2000;
  with_channel({64, 16}, name, [&](auto& channel) {
    std::thread sender([&] { send_some(channel, count, 8); });
    CHECK(receive_some(channel, count, 8) == 0);
    sender.join();
  });
}

// Long enough for a sender to find the receiver far away, and to store past the caches.
TEST_CASE("each word of a long stream comes as it was sent, from a process to another",
          "[channel][fork]") {
  constexpr std::uint64_t count = 200'000;
  with_channel({.message_bytes = 64, .capacity = 1024, .self_contained = true}, "spin",
               [&](auto& channel) {
                 Child sender = Child::start([&] {
                   send_some(channel, count, 8);
                   return 0;
                 });
                 CHECK(receive_some(channel, count, 8) == 0);
                 CHECK(code_of(sender) == 0);
               });
}

TEST_CASE("a line that is stored past the caches is there whole, and its neighbours stay",
          "[channel]") {
  if (!has_line_store()) return;
  alignas(64) std::uint64_t lines[3][8] = {};
  alignas(64) const std::uint64_t line[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  store_line_past_caches(lines[1], line);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  CHECK(std::equal(std::begin(line), std::end(line), std::begin(lines[1])));
  for (const auto& other : {lines[0], lines[2]}) {
    CHECK(std::count(other, other + 8, 0) == 8);
  }
}

TEST_CASE("waits at both ends of a channel end with the waiter's patience", "[channel]") {
  const std::string name = each_channel_name();
  CAPTURE(name);
  with_channel({64, 4}, name, [&](auto& channel) {
    const Heartbeat heartbeat;
    Message message{};
    int asked = 0;
    const auto little_patience = [&] {
      if (++asked == 3) throw NothingToWaitFor{};
    };
    CHECK_THROWS_AS(channel.receive(message, little_patience), NothingToWaitFor);
    CHECK(channel.received() == 0);
    asked = 0;
    std::uint64_t sent = 0;
    try {
      for (;; ++sent) channel.send(message, little_patience);
    } catch (const NothingToWaitFor&) {
      CHECK(channel.sent() == sent);
    }
    // It is bounded, and what did not go in does not come out.
    CHECK(sent >= 4);
    const LongPatience patience;
    for (std::uint64_t number = 1; number <= sent; ++number) {
      channel.receive(message, patience);
      CHECK(message.number() == number);
    }
    asked = 0;
    CHECK_THROWS_AS(channel.receive(message, little_patience), NothingToWaitFor);
  });
}

TEST_CASE("a replacement of either end goes on where the dead one stopped", "[channel][fork]") {
  const std::string name = each_channel_name();
  CAPTURE(name);
  with_channel({64, 64}, name, [&](auto& channel) {
    for (int generation = 0; generation < 3; ++generation) {
      Child sender = Child::start([&] {
        send_some(channel, 10, 8);
        return 0;
      });
      CHECK(code_of(sender) == 0);
      Child receiver = Child::start([&] { return receive_some(channel, 7, 8); });
      CHECK(code_of(receiver) == 0);
    }
    CHECK(receive_some(channel, 9, 8) == 0);
    CHECK(channel.received() == 30);
  });
}

TEST_CASE("a process that is killed while it waits at a channel leaves it usable",
          "[channel][fork]") {
  const std::string name = each_channel_name();
  // The library's condition variables keep count of the dead; see the header.
  if (name == "message-queue") return;
  CAPTURE(name);
  with_channel({64, 4}, name, [&](auto& channel) {
    {
      Child receiver = Child::start([&] { return receive_some(channel, 1, 8); });
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }  // Killed.
    Child receiver = Child::start([&] { return receive_some(channel, 5, 8); });
    send_some(channel, 5, 8);
    CHECK(code_of(receiver) == 0);
  });
}

TEST_CASE("a message that went in twice comes out once", "[channel]") {
  Arena arena(arena_bytes);
  MessageCounts counts(arena);
  CHECK(counts.note_received(1));
  CHECK_FALSE(counts.note_received(1));
  CHECK(counts.note_received(2));
  CHECK(counts.note_received(4));  // A gap, for the receiver's user to see.
  CHECK(counts.received() == 4);
}

TEST_CASE("the ring takes a message that was published and not counted once", "[channel]") {
  Arena arena(arena_bytes);
  MessageRing ring(arena, {64, 4}, MessageRing::each_time);
  Message message{};
  REQUIRE(ring.try_push(message));
  REQUIRE(ring.try_pop(message));
  CHECK(message.number() == 1);
  CHECK_FALSE(ring.try_pop(message));
  for (int fill = 0; fill < 4; ++fill) REQUIRE(ring.try_push(message));
  CHECK_FALSE(ring.has_room());
  CHECK_FALSE(ring.try_push(message));
  CHECK(ring.has_message());
}

TEST_CASE("a receiver that seldom tells of room tells when it finds nothing", "[channel]") {
  Arena arena(arena_bytes);
  MessageRing ring(arena, {64, 16}, MessageRing::seldom);
  Message message{};
  for (int fill = 0; fill < 16; ++fill) REQUIRE(ring.try_push(message));
  REQUIRE_FALSE(ring.try_push(message));
  for (int taken = 1; taken < 4; ++taken) REQUIRE(ring.try_pop(message));
  CHECK_FALSE(ring.has_room());  // Not told yet.
  REQUIRE(ring.try_pop(message));
  CHECK(ring.has_room());  // A quarter of the ring.
  while (ring.try_pop(message)) continue;
  for (int fill = 0; fill < 16; ++fill) REQUIRE(ring.try_push(message));
}

TEST_CASE("each end of a ring knows whether there are so many messages, or room for them",
          "[channel]") {
  Arena arena(arena_bytes);
  MessageRing ring(arena, {64, 16}, MessageRing::each_time);
  Message message{};
  for (int fill = 0; fill < 10; ++fill) REQUIRE(ring.try_push(message));
  for (int taken = 0; taken < 2; ++taken) REQUIRE(ring.try_pop(message));
  CHECK(ring.has_message(8));
  CHECK_FALSE(ring.has_message(9));  // The slot of an earlier turn.
  CHECK(ring.has_room(8));
  CHECK_FALSE(ring.has_room(9));
}

TEST_CASE("a receiver that keeps its distance in a stream gets its end as well", "[channel]") {
  Arena arena(arena_bytes);
  const auto capacity = GENERATE(as<std::uint64_t>{}, 2, 16, 1024);
  SpinChannel channel(arena, {64, capacity});
  const auto patience = [] { FAIL("nobody else would send it"); };
  Message message{};
  for (std::uint64_t sent = 0; sent < 1'000;) {
    const std::uint64_t begin = sent;
    for (; sent < begin + capacity && sent < 1'000; ++sent) channel.send(message, patience);
    for (std::uint64_t got = begin; got < sent; ++got) {
      channel.receive(message, patience);
      REQUIRE(message.number() == got + 1);
    }
  }
}

TEST_CASE("messages of any size come out of a ring as they went in", "[channel]") {
  Arena arena(arena_bytes);
  const auto bytes = GENERATE(as<std::size_t>{}, 8, 16, 24, 64, 72, 4096);
  MessageRing ring(arena, {bytes, 4}, MessageRing::seldom);
  Message in{}, out{};
  for (std::uint64_t round = 1; round <= 10; ++round) {
    for (std::size_t word = 0; word < bytes / 8; ++word) in.words[word] = round * 1000 + word;
    REQUIRE(ring.try_push(in));
    REQUIRE(ring.try_pop(out));
    CHECK(out.number() == round);
    for (std::size_t word = 1; word < bytes / 8; ++word) {
      REQUIRE(out.words[word] == round * 1000 + word);
    }
  }
}

TEST_CASE("channels leave no name and no descriptor behind", "[channel]") {
  const auto count_in = [](const char* folder) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      const bool ours = std::string(folder) != "/dev/shm" ||
                        name.find("bulkhead-" + std::to_string(getpid()) + "-") == 0;
      count += ours ? 1 : 0;
    }
    return count;
  };
  const std::string name = each_channel_name();
  const std::size_t descriptors = count_in("/proc/self/fd");
  with_channel({64, 4}, name, [&](auto&) { CHECK(count_in("/dev/shm") == 0); });
  CHECK(count_in("/proc/self/fd") == descriptors);
}

TEST_CASE("a heartbeat interrupts a call that would wait for ever", "[channel]") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  {
    const Heartbeat heartbeat;
    char byte = 0;
    CHECK(read(ends[0], &byte, 1) == -1);
    CHECK(errno == EINTR);
    const std::atomic<std::uint32_t> word{1};
    futex_wait(word, 1);  // Returns.
  }
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("every channel on disk is in the list", "[channel][tidy]") {
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(in_source_tree("ipc/channels"))) {
    ++files;
  }
  CHECK(files == Channels::names().size());
}

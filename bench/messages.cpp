// Messages of 64 bytes through the ring, between two processes on two CPUs, against Boost's
// spsc_queue and message_queue.

#include <boost/interprocess/ipc/message_queue.hpp>
#include <boost/lockfree/spsc_queue.hpp>

#include <atomic>
#include <memory>

#include "bench/bare_pair.hpp"
#include "bench/bench.hpp"
#include "bench/loops.hpp"
#include "bench/whole_trial.hpp"
#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/channels/spin_channel.hpp"
#include "ipc/lock.hpp"
#include "ipc/region.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::uint64_t messages = 2'000'000;
constexpr std::uint64_t slow_messages = 200'000;
constexpr std::size_t capacity = 1024;

struct alignas(cache_line_bytes) Letter {
  std::uint64_t words[8];
};

template <class Queue>
struct Shared {
  alignas(cache_line_bytes) Queue queue;
  alignas(cache_line_bytes) std::atomic<std::int64_t> result_ns{0};
};

using Spsc = boost::lockfree::spsc_queue<Letter, boost::lockfree::capacity<capacity>>;

double bare_spsc() {
  const Region region(Sharing::shared, sizeof(Shared<Spsc>), "bench");
  auto& shared = *new (region.data()) Shared<Spsc>();
  return time_bare_pair(
             "process", two_cpus(), shared.result_ns,
             [&] {
               Letter letter{};
               for (std::uint64_t number = 1; number <= messages; ++number) {
                 while (!shared.queue.pop(letter)) cpu_relax();
                 if (letter.words[0] != number) std::abort();
               }
             },
             [&] {
               Letter letter{};
               for (std::uint64_t number = 1; number <= messages; ++number) {
                 letter.words[0] = number;
                 while (!shared.queue.push(letter)) cpu_relax();
               }
             }) /
         static_cast<double>(messages);
}

double bare_message_queue() {
  using boost::interprocess::message_queue;
  const Region region(Sharing::shared, cache_line_bytes, "bench");
  auto& result_ns = *new (region.data()) std::atomic<std::int64_t>();
  const std::string name = "bulkhead-bench-" + std::to_string(getpid());
  message_queue queue(boost::interprocess::create_only, name.c_str(), capacity, sizeof(Letter));
  message_queue::remove(name.c_str());
  return time_bare_pair(
             "process", two_cpus(), result_ns,
             [&] {
               Letter letter{};
               message_queue::size_type got = 0;
               unsigned priority = 0;
               for (std::uint64_t number = 1; number <= slow_messages; ++number) {
                 queue.receive(&letter, sizeof letter, got, priority);
                 if (letter.words[0] != number) std::abort();
               }
             },
             [&] {
               Letter letter{};
               for (std::uint64_t number = 1; number <= slow_messages; ++number) {
                 letter.words[0] = number;
                 queue.send(&letter, sizeof letter, 0);
               }
             }) /
         static_cast<double>(slow_messages);
}

/// Our own ring without a harness around it: numbers and check words, no worker, no scoreboard.
template <bool is_process>
double bare_ring() {
  constexpr ChannelShape shape{
      .message_bytes = sizeof(Letter), .capacity = capacity, .self_contained = true};
  Arena arena(SpinChannel::arena_bytes(shape) + (std::size_t{1} << 16));
  SpinChannel channel(arena, shape);
  auto& result_ns = *arena.construct<std::atomic<std::int64_t>>();
  const auto patience = [] {};
  Word* const counts = arena.construct_array<Word>(2);
  constexpr std::size_t last = sizeof(Letter) / sizeof(std::uint64_t) - 1;
  return time_bare_pair(
             is_process ? "process" : "thread", two_cpus(), result_ns,
             [&] {
               Message message;
               for (std::uint64_t number = 1; number <= messages; ++number) {
                 channel.receive(message, patience);
                 counts[0].word.set(number);
                 if (message.number() != number || message.words[last] != ~number) std::abort();
               }
             },
             [&] {
               Message message{};
               for (std::uint64_t number = 1; number <= messages; ++number) {
                 message.words[last] = ~number;
                 channel.send(message, patience);
                 counts[1].word.set(number);
               }
             }) /
         static_cast<double>(messages);
}

template <bool is_process>
double ring() {
  const Plan plan = plan_of("ring", is_process ? "process" : "thread", 2, 2 * messages);
  const TrialTimes times = run_whole(plan, two_cpus());
  return static_cast<double>(times.last_ended_ns - times.gate_ns) / static_cast<double>(messages);
}

using Registration = BenchRegistry::Registration;

const Registration registered[] = {
    Registration{{"ring-spsc-p", "64-byte messages, ring against boost spsc_queue, processes", 0.5,
                  [] {
                    return Comparison{bare_spsc, ring<true>};
                  }}},
    Registration{{"ring-spsc-t", "the same, threads against its processes", 0.5,
                  [] {
                    return Comparison{bare_spsc, ring<false>};
                  }}},
    Registration{{"ring-hand-p", "64-byte messages, ring by itself, processes", 1.05,
                  [] {
                    return Comparison{bare_ring<true>, ring<true>};
                  }}},
    Registration{{"ring-hand-t", "the same, threads", 1.05,
                  [] {
                    return Comparison{bare_ring<false>, ring<false>};
                  }}},
    Registration{{"ring-mq-p", "64-byte messages, ring against Boost message_queue", 1.0 / 30,
                  [] {
                    return Comparison{bare_message_queue, ring<true>};
                  }}},
};

}  // namespace
}  // namespace bulkhead::bench

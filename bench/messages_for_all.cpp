// Messages of 64 bytes from two senders to two receivers through one ring, on two CPUs, against the
// queues for many that there are: Boost.Lockfree's and Boost.Interprocess's. Each message takes an
// atomic operation at each end, which none does in a ring for two: hence ten times as quick as the
// latter, and not thirty.

#include <boost/interprocess/ipc/message_queue.hpp>
#include <boost/lockfree/queue.hpp>

#include <atomic>
#include <memory>

#include "bench/bare_pair.hpp"
#include "bench/bench.hpp"
#include "bench/whole_trial.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/region.hpp"
#include "ipc/spin_until.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::uint32_t ends = 4;  // Even ones send, odd ones receive.
constexpr std::uint64_t messages = 400'000;
constexpr std::uint64_t slow_messages = 60'000;
constexpr std::size_t capacity = 1024;
constexpr std::uint64_t share_of(std::uint64_t all) {
  return all / (ends / 2);
}

struct Letter {
  std::uint64_t words[8];
};

struct Lobby {
  Gate gate;
  alignas(cache_line_bytes) std::atomic<std::int64_t> result_ns{0};
};

using ForMany = boost::lockfree::queue<Letter, boost::lockfree::fixed_sized<true>,
                                       boost::lockfree::capacity<capacity>>;
static_assert(std::is_trivially_copyable_v<Letter>);

/// Whoever finds the queue full or empty gives its CPU away after a while, as the ring's users do:
/// there are more of them than CPUs.
template <class Try>
void insist(Try try_once) {
  const auto patience = [] {};
  spin_until(try_once, patience);
}

template <bool is_process>
double bare_lockfree() {
  const Region region(Sharing::shared, sizeof(ForMany) + sizeof(Lobby) + 2 * cache_line_bytes,
                      "bench");
  auto& lobby = *new (region.data()) Lobby();
  auto* const place = static_cast<std::byte*>(static_cast<void*>(region.data())) + sizeof(Lobby);
  auto& queue = *new (place) ForMany();
  const double ns =
      time_bare_team(is_process ? "process" : "thread", two_cpus(), ends, lobby.gate,
                     lobby.result_ns, [&](std::uint32_t number) {
                       Letter letter{};
                       for (std::uint64_t count = 1; count <= share_of(messages); ++count) {
                         letter.words[0] = count;
                         if (number % 2 == 0) {
                           insist([&] { return queue.bounded_push(letter); });
                         } else {
                           insist([&] { return queue.pop(letter); });
                         }
                       }
                     });
  return ns / static_cast<double>(messages);
}

double bare_message_queue_for_all() {
  using boost::interprocess::message_queue;
  const Region region(Sharing::shared, sizeof(Lobby), "bench");
  auto& lobby = *new (region.data()) Lobby();
  const std::string name = "bulkhead-bench-all-" + std::to_string(getpid());
  message_queue queue(boost::interprocess::create_only, name.c_str(), capacity, sizeof(Letter));
  message_queue::remove(name.c_str());
  const double ns = time_bare_team(
      "process", two_cpus(), ends, lobby.gate, lobby.result_ns, [&](std::uint32_t number) {
        Letter letter{};
        message_queue::size_type got = 0;
        unsigned priority = 0;
        for (std::uint64_t count = 1; count <= share_of(slow_messages); ++count) {
          letter.words[0] = count;
          if (number % 2 == 0) {
            queue.send(&letter, sizeof letter, 0);
          } else {
            queue.receive(&letter, sizeof letter, got, priority);
          }
        }
      });
  return ns / static_cast<double>(slow_messages);
}

template <bool is_process>
double ring_for_all() {
  Plan plan = plan_of("ring", is_process ? "process" : "thread", ends, 2 * messages);
  plan.parameters.set("ends", std::string("all"));
  const TrialTimes times = run_whole(plan, two_cpus());
  return static_cast<double>(times.last_ended_ns - times.gate_ns) / static_cast<double>(messages);
}

using Registration = BenchRegistry::Registration;

const Registration registered[] = {
    Registration{{"ring-all-p", "64-byte messages, 2 to 2, against boost::lockfree::queue", 0.5,
                  [] {
                    return Comparison{bare_lockfree<true>, ring_for_all<true>};
                  }}},
    Registration{{"ring-all-t", "the same, threads", 0.5,
                  [] {
                    return Comparison{bare_lockfree<false>, ring_for_all<false>};
                  }}},
    Registration{{"ring-all-mq-p", "64-byte messages, 2 to 2, against Boost message_queue",
                  1.0 / 10,
                  [] {
                    return Comparison{bare_message_queue_for_all, ring_for_all<true>};
                  }}},
};

}  // namespace
}  // namespace bulkhead::bench

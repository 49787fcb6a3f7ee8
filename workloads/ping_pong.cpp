// Two workers throw a ball to and fro, and each sleeps, or spins, until it comes: the price of a
// hand-over, which on one CPU is the price of a switch. With a working set that both touch between
// throws, the difference is the indirect price, of caches and address translation that the other
// has emptied (Li, Ding and Shen 2007).
//
// Workers 0 and 1 are a pair, 2 and 3 the next. The even one throws, the odd one catches and throws
// back. What the two channels have counted tells a replacement whether the ball is in its hand.

#include <memory>
#include <optional>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/channels.hpp"
#include "ipc/heartbeat.hpp"
#include "workloads/own_memory.hpp"
#include "workloads/pairs.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

/// A number for the channel, and the same number for the players, in a ball as long as a cache
/// line. With balls of 16 bytes, four to a line, spinning players took a fifth longer on AMD's Zen
/// 5: who waits for the next one fetches the line of this one. That is a part of it, and the whole
/// only between far CPUs. For players that sleep the bytes make no difference that was seen.
constexpr ChannelShape ball{cache_line_bytes, 64};

/// Memory that a player touches before each throw: every line is read and written.
class WorkingSet {
 public:
  WorkingSet(std::size_t bytes, std::uint64_t seed) : bytes_(bytes) {
    if (bytes_ > 0) memory_.emplace(bytes_, seed);
  }

  void touch() noexcept {
    if (bytes_ == 0) return;
    volatile std::byte* const first = memory_->data();
    for (std::size_t at = 0; at < bytes_; at += cache_line_bytes) {
      first[at] = static_cast<std::byte>(std::to_integer<unsigned>(first[at]) + 1);
    }
  }

 private:
  std::size_t bytes_;
  std::optional<OwnMemory> memory_;
};

class PingPong final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    bytes_ = setup.parameters.count("working-set");
    channels_ = Channels(setup.arena, setup.parameters.text("channel"), setup.worker_count, ball);
    pairs_ = {setup.arena.construct_array<Pair>(setup.worker_count / 2), setup.worker_count / 2};
  }

  void run(Worker& worker) override {
    const Heartbeat heartbeat;
    WorkingSet set(bytes_, worker.seed());
    Pair& pair = pairs_[worker.index() / 2];
    channels_.with([&](auto channels) {
      auto& there = channels[worker.index() / 2 * 2];
      auto& back = channels[worker.index() / 2 * 2 + 1];
      if (worker.index() % 2 == 0) {
        throw_balls(worker, there, back, set, pair);
      } else {
        return_balls(worker, there, back, set, pair);
      }
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    std::uint64_t wrong = 0, caught = 0;
    channels_.with([&](auto channels) {
      for (std::uint32_t first = 0; first < 2 * pairs_.size(); first += 2) {
        const auto& there = channels[first];
        const auto& back = channels[first + 1];
        wrong += pairs_[first / 2].wrong.get();
        caught += there.received() + back.received();
        // Nobody catches what was not thrown, but for a thrower that died before it counted.
        if (there.received() > there.sent() + acknowledged.interrupted[first] ||
            back.sent() > there.received() ||
            back.received() > back.sent() + acknowledged.interrupted[first + 1]) {
          verdict.health = StateHealth::torn;
        }
        add_missing(acknowledged.finished[first], back.received(), verdict);
        add_missing(acknowledged.finished[first + 1], back.sent(), verdict);
      }
    });
    if (wrong != 0) verdict.health = StateHealth::torn;
    verdict.finding =
        std::to_string(caught) + " balls caught, " + std::to_string(wrong) + " of them changed";
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return worker_count * (Channels::arena_bytes(ball) + sizeof(Pair)) + sizeof(Pair);
  }

 private:
  struct alignas(cache_line_bytes) Pair {
    PlainWord<std::uint64_t> wrong;  // Balls that did not come back as they were thrown.
    PlainWord<std::uint32_t> thrower_is_done;
  };

  template <class C>
  static void throw_balls(Worker& worker, C& there, C& back, WorkingSet& set, Pair& pair) {
    const std::uint32_t catcher = worker.index() + 1;
    Message message{};
    Patience patience(worker, catcher);
    const auto throw_ball = [&]() __attribute__((always_inline)) {
      set.touch();
      message.words[1] = there.sent() + 1;
      there.send(message, patience);
    };
    worker.repeat([&](auto& unit) __attribute__((always_inline)) {
      // Before the first unit, and after a crash with the ball in the hand.
      if (there.sent() == back.received()) [[unlikely]]
        throw_ball();
      if (back.received() > unit.number()) return;  // Caught before the crash.
      back.receive(message, patience);
      const bool is_wrong = message.words[1] != message.number();
      throw_ball();  // At once: what is to be counted is counted while the ball is in the air.
      patience.over();
      if (is_wrong) [[unlikely]]
        pair.wrong.set(pair.wrong.get() + 1);
    });
    pair.thrower_is_done.set(1);
  }

  /// The thrower's share may be one longer, so the catcher goes on until that is done.
  template <class C>
  static void return_balls(Worker& worker, C& there, C& back, WorkingSet& set, Pair& pair) {
    const std::uint32_t thrower = worker.index() - 1;
    Message message{};
    const auto return_ball = [&](auto&& patience) __attribute__((always_inline)) {
      if (there.received() == back.sent()) there.receive(message, patience);
      set.touch();
      message.words[1] = there.received();
      back.send(message, patience);
    };
    Patience patience(worker, thrower);
    worker.repeat([&](auto& unit) __attribute__((always_inline)) {
      if (back.sent() > unit.number()) return;
      return_ball(patience);
      patience.over();
    });
    worker.attend([&] {
      return_ball([&] {
        if (pair.thrower_is_done.get() != 0) throw RunOver{};
        patience();
      });
      patience.over();
      return true;
    });
  }

  static void add_missing(std::uint64_t acknowledged, std::uint64_t done, Verdict& verdict) {
    if (done >= acknowledged) return;
    verdict.missing_units += acknowledged - done;
    if (verdict.health == StateHealth::sound) verdict.health = StateHealth::lossy;
  }

  std::size_t bytes_ = 0;
  Channels channels_;
  std::span<Pair> pairs_;
};

const WorkloadRegistry::Registration registered{{
    .name = "ping-pong",
    .help = "pairs of workers hand a ball to and fro: the price of a switch",
    .operation = "round trip",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "channel",
                    .kind = ParameterKind::choice,
                    .default_text = "futex",
                    .help = "what carries the ball, and what a player sleeps on",
                    .choices = Channels::names()},
                   {.name = "working-set",
                    .kind = ParameterKind::bytes,
                    .default_text = "0",
                    .help = "bytes of its own that each player touches before a throw",
                    .min = 0,
                    .max = std::int64_t{1} << 30}},
    .make = make_workload<PingPong>,
    .objection = [](const ParameterValues&, std::uint32_t count) { return odd_workers(count); },
    .own_memory_bytes =
        [](const ParameterValues& parameters) { return parameters.count("working-set"); },
}};

}  // namespace
}  // namespace bulkhead

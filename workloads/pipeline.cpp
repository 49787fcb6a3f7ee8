// A chain of stages: each worker takes an item from the one before it, works on it, and hands it to
// the next. The channels between are bounded, so the slowest stage sets the pace of all: whoever is
// ahead of it waits for room.
//
// The item that a stage has in hand lies in the arena, so a replacement finds it and goes on with
// it. Which it is, the counts of the two channels tell: one more came in than went out.

#include <algorithm>
#include <memory>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/channels.hpp"
#include "ipc/heartbeat.hpp"
#include "workloads/arithmetic.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

constexpr std::size_t number_word = 1;  // Of the item, which a lost message leaves a gap in.
constexpr std::size_t value_word = 2;
constexpr std::size_t item_bytes = 3 * sizeof(std::uint64_t);
// Checking an item costs the last stage the work of all the others.
constexpr std::uint64_t check_every = 64;

class Pipeline final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    stages_ = setup.worker_count;
    steps_ = setup.parameters.count("work");
    slowest_ = setup.parameters.count("slowest");
    channels_ = Channels(setup.arena, setup.parameters.text("channel"), stages_ - 1,
                         shape_of(setup.parameters));
    hands_ = {setup.arena.construct_array<Hand>(stages_), stages_};
  }

  void run(Worker& worker) override {
    const Heartbeat heartbeat;
    channels_.with([&](auto channels) {
      const std::uint32_t stage = worker.index();
      if (stage == 0) {
        feed(worker, channels[0]);
      } else if (stage == stages_ - 1) {
        collect(worker, channels[stage - 1]);
      } else {
        pass_on(worker, channels[stage - 1], channels[stage]);
      }
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    std::uint64_t came = 0;
    channels_.with([&](auto channels) {
      came = channels[stages_ - 2].received();
      for (std::uint32_t stage = 0; stage < stages_; ++stage) {
        const bool last = stage == stages_ - 1;
        const std::uint64_t done = last ? came : channels[stage].sent();
        const std::uint64_t finished = acknowledged.finished[stage];
        if (done < finished) verdict.missing_units += finished - done;
        if (stage == 0) continue;
        const std::uint64_t at_most =
            channels[stage - 1].sent() + acknowledged.interrupted[stage - 1];
        if (channels[stage - 1].received() > at_most) verdict.health = StateHealth::torn;
      }
    });
    const Hand& end = hands_[stages_ - 1];
    verdict.missing_units += end.lost.get();
    if (verdict.missing_units != 0) verdict.health = StateHealth::lossy;
    if (end.wrong.get() != 0) verdict.health = StateHealth::torn;
    verdict.finding = std::to_string(came) + " items came through, " +
                      std::to_string(end.lost.get()) + " did not, " +
                      std::to_string(end.wrong.get()) + " came out wrong";
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues& parameters,
                                        std::uint32_t worker_count) const override {
    return worker_count * (Channels::arena_bytes(shape_of(parameters)) + sizeof(Hand)) +
           sizeof(Hand);
  }

 private:
  /// What a stage holds.
  struct alignas(cache_line_bytes) Hand {
    Message item;
    PlainWord<std::uint64_t> last_number;  // The last stage's three.
    PlainWord<std::uint64_t> lost;
    PlainWord<std::uint64_t> wrong;
  };

  static ChannelShape shape_of(const ParameterValues& parameters) {
    return {item_bytes, parameters.count("capacity")};
  }

  [[nodiscard]] std::uint64_t steps_of(std::uint32_t stage) const noexcept {
    return stage == stages_ / 2 ? steps_ * slowest_ : steps_;
  }

  /// What a stage makes of a value.
  [[nodiscard]] std::uint64_t worked_on(std::uint64_t value, std::uint32_t stage) const noexcept {
    return multiply_on(value + stage, steps_of(stage));
  }

  template <class C>
  void feed(Worker& worker, C& out) const {
    Message item;
    worker.repeat([&](auto& unit) {
      const std::uint64_t sent = out.sent();
      if (sent > unit.number()) return;
      item.words[number_word] = sent + 1;
      item.words[value_word] = worked_on(sent + 1, 0);
      Patience patience(worker, 1);
      out.send(item, patience);
    });
  }

  template <class C>
  void pass_on(Worker& worker, C& in, C& out) const {
    const std::uint32_t stage = worker.index();
    Message& hand = hands_[stage].item;
    Message item;
    worker.repeat([&](auto& unit) {
      if (out.sent() > unit.number()) return;
      if (in.received() == out.sent()) {
        Patience patience(worker, stage - 1);
        in.receive(hand, patience);
      }
      item.words[number_word] = hand.words[number_word];
      item.words[value_word] = worked_on(hand.words[value_word], stage);
      Patience patience(worker, stage + 1);
      out.send(item, patience);
    });
  }

  template <class C>
  void collect(Worker& worker, C& in) const {
    Hand& hand = hands_[worker.index()];
    worker.repeat([&](auto& unit) {
      if (in.received() > unit.number()) return;
      Patience patience(worker, worker.index() - 1);
      in.receive(hand.item, patience);
      const std::uint64_t number = hand.item.words[number_word];
      const std::uint64_t before = hand.last_number.get();
      if (number > before + 1) [[unlikely]]
        hand.lost.set(hand.lost.get() + number - before - 1);
      hand.last_number.set(number);
      const std::uint64_t value = worked_on(hand.item.words[value_word], worker.index());
      if (number % check_every == 0 && value != all_worked_on(number)) [[unlikely]]
        hand.wrong.set(hand.wrong.get() + 1);
    });
  }

  [[nodiscard]] std::uint64_t all_worked_on(std::uint64_t value) const noexcept {
    for (std::uint32_t stage = 0; stage < stages_; ++stage) value = worked_on(value, stage);
    return value;
  }

  std::uint32_t stages_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t slowest_ = 1;
  Channels channels_;
  std::span<Hand> hands_;
};

Objection objection(const ParameterValues& parameters, std::uint32_t worker_count) {
  if (worker_count < 2) {
    return {"workers", "one worker has nobody to hand items to: take at least 2"};
  }
  const std::uint64_t capacity = parameters.count("capacity");
  if ((capacity & (capacity - 1)) != 0) {
    return {"capacity", std::to_string(capacity) + " is not a power of two: take one"};
  }
  return {};
}

const WorkloadRegistry::Registration registered{{
    .name = "pipeline",
    .help = "stages that hand items on; the slowest holds all back",
    .operation = "item in a stage",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "channel",
                    .kind = ParameterKind::choice,
                    .default_text = "futex",
                    .help = "what carries the items, and what a waiting stage does",
                    .choices = Channels::names()},
                   {.name = "capacity",
                    .kind = ParameterKind::count,
                    .default_text = "64",
                    .help = "items that fit between two stages, a power of two; pipes and sockets "
                            "have their own",
                    .min = 2,
                    .max = 1 << 16},
                   {.name = "work",
                    .kind = ParameterKind::count,
                    .default_text = "100",
                    .help = "dependent multiplications that a stage does for an item",
                    .min = 0,
                    .max = 1'000'000'000},
                   {.name = "slowest",
                    .kind = ParameterKind::count,
                    .default_text = "1",
                    .help = "how many times as much the middle stage has to do",
                    .min = 1,
                    .max = 1000}},
    .make = make_workload<Pipeline>,
    .objection = objection,
}};

}  // namespace
}  // namespace bulkhead

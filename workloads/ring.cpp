// Messages from one worker to another, through a bounded channel: how many a second, and how long
// one is on its way. Even workers send, odd ones receive, each pair through a channel of its own,
// or all through one ring (see ring_for_all.hpp).
//
// A message carries its number first and, where it is long enough, a check word last and the moment
// of sending second; the receiver holds each against the number that has to come next.

#include <memory>
#include <optional>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/channels.hpp"
#include "ipc/heartbeat.hpp"
#include "ipc/histogram.hpp"
#include "workloads/latency_measures.hpp"
#include "workloads/message_layout.hpp"
#include "workloads/pairs.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/random.hpp"
#include "workloads/ring_for_all.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

/// What a receiver has seen, in a part of the arena of its own.
struct alignas(cache_line_bytes) Inbox {
  PlainWord<std::uint64_t> lost;    // Numbers that never came.
  PlainWord<std::uint64_t> broken;  // Messages whose check word was another's.
  LatencyHistogram latency;         // From send to receive, of the stamped ones.
};

/// Holds messages apart by a time, busy: a sleep would be a switch.
class Pace {
 public:
  explicit Pace(std::int64_t gap_ns) : gap_ns_(gap_ns) {}
  void keep() noexcept {
    if (gap_ns_ == 0) return;
    while (monotonic_ns() < due_ns_) cpu_relax();
    due_ns_ = monotonic_ns() + gap_ns_;
  }

 private:
  std::int64_t gap_ns_;
  std::int64_t due_ns_ = 0;
};

class Ring final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    const ChannelShape shape = shape_of(setup.parameters);
    layout_ = MessageLayout(shape.message_bytes);
    gap_ns_ = setup.parameters.number("pace");
    if (setup.parameters.text("ends") == "all") {
      for_all_.emplace(setup.arena, shape, setup.worker_count);
      return;
    }
    const std::uint32_t pairs = setup.worker_count / 2;
    channels_ = Channels(setup.arena, setup.parameters.text("channel"), pairs, shape);
    inboxes_ = {setup.arena.construct_array<Inbox>(pairs), pairs};
  }

  void run(Worker& worker) override {
    if (for_all_) {
      return worker.index() % 2 == 0 ? for_all_->send_all(worker) : for_all_->receive_all(worker);
    }
    const Heartbeat heartbeat;
    channels_.with([&](auto channels) {
      auto& channel = channels[worker.index() / 2];
      with_layout(layout_, [&](auto layout) {
        if (worker.index() % 2 == 0) {
          send_all(worker, channel, layout);
        } else {
          receive_all(worker, channel, layout, inboxes_[worker.index() / 2]);
        }
      });
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    if (for_all_) {
      verdict = for_all_->judge(acknowledged);
      add_latency(verdict);
      return verdict;
    }
    std::uint64_t received = 0, broken = 0;
    channels_.with([&](auto channels) {
      for (std::size_t pair = 0; pair < inboxes_.size(); ++pair) {
        const auto& channel = channels[pair];
        const std::uint64_t lost = inboxes_[pair].lost.get();
        received += channel.received() - lost;
        broken += inboxes_[pair].broken.get();
        verdict.missing_units += lost;
        add_missing(acknowledged.finished[2 * pair], channel.sent(), verdict);
        add_missing(acknowledged.finished[2 * pair + 1], channel.received(), verdict);
        // A sender that died may have sent one more than it counted.
        const std::uint64_t at_most = channel.sent() + acknowledged.interrupted[2 * pair];
        if (channel.received() > at_most) verdict.surplus_units += channel.received() - at_most;
      }
    });
    if (verdict.missing_units + verdict.surplus_units != 0) verdict.health = StateHealth::lossy;
    if (broken != 0) verdict.health = StateHealth::torn;
    verdict.finding = std::to_string(received) + " messages came, " + std::to_string(broken) +
                      " of them broken, and " + std::to_string(verdict.missing_units) +
                      " did not come";
    add_latency(verdict);
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues& parameters,
                                        std::uint32_t worker_count) const override {
    if (parameters.text("ends") == "all") {
      return RingForAll::arena_bytes(shape_of(parameters), worker_count);
    }
    const std::size_t pair = Channels::arena_bytes(shape_of(parameters)) + sizeof(Inbox);
    return (worker_count / 2 + 1) * pair;
  }

 private:
  static ChannelShape shape_of(const ParameterValues& parameters) {
    return {.message_bytes = parameters.count("size"),
            .capacity = parameters.count("capacity"),
            .self_contained = true};
  }

  template <class C, class Layout>
  void send_all(Worker& worker, C& channel, const Layout layout) const {
    const std::uint64_t stamp_bits = gap_ns_ != 0 ? 0 : stamp_every - 1;  // Zero in a stamped one.
    Pace pace(gap_ns_);
    Message message{};
    Patience patience(worker, worker.index() + 1);
    worker.repeat([&](auto& unit) __attribute__((always_inline)) {
      const std::uint64_t sent = channel.sent();
      if (sent > unit.number()) return;  // Went in before the crash.
      if (layout.has_check()) message.words[layout.words - 1] = MessageLayout::check(sent + 1);
      const bool stamped = (sent & stamp_bits) == 0;
      // Not written anew each time: the channel copies several words at once, and a load of a word
      // that was just stored and its neighbour waits until that store has left for memory, behind
      // all the stores to the ring.
      if (layout.has_stamp() && (stamped || message.words[1] != 0)) [[unlikely]] {
        pace.keep();
        message.words[1] = stamped ? static_cast<std::uint64_t>(monotonic_ns()) : 0;
      }
      channel.send(message, patience);
      patience.over();
    });
  }

  template <class C, class Layout>
  void receive_all(Worker& worker, C& channel, const Layout layout, Inbox& inbox) const {
    Message message;
    Patience patience(worker, worker.index() - 1);
    worker.repeat([&](auto& unit) __attribute__((always_inline)) {
      const std::uint64_t received = channel.received();
      if (received > unit.number()) return;
      channel.receive(message, patience);
      if (layout.has_stamp() && message.words[1] != 0) [[unlikely]]
        inbox.latency.record(static_cast<std::uint64_t>(monotonic_ns()) - message.words[1]);
      patience.over();
      const std::uint64_t number = message.number();
      if (number != received + 1) [[unlikely]]
        inbox.lost.set(inbox.lost.get() + number - received - 1);
      if (layout.has_check() && message.words[layout.words - 1] != MessageLayout::check(number))
          [[unlikely]] {
        inbox.broken.set(inbox.broken.get() + 1);
      }
    });
  }

  void add_latency(Verdict& verdict) const {
    LatencyHistogram::Counts counts{};
    for (const Inbox& inbox : inboxes_) inbox.latency.add_to(counts);
    if (for_all_) for_all_->add_latency_to(counts);
    // None where no message had room for a stamp.
    add_percentiles(
        verdict, counts,
        {{"one_way_p50_ns", 0.5}, {"one_way_p99_ns", 0.99}, {"one_way_p999_ns", 0.999}});
  }

  static void add_missing(std::uint64_t acknowledged, std::uint64_t done, Verdict& verdict) {
    if (done < acknowledged) verdict.missing_units += acknowledged - done;
  }

  MessageLayout layout_{sizeof(std::uint64_t)};
  std::int64_t gap_ns_ = 0;
  Channels channels_;
  std::span<Inbox> inboxes_;
  std::optional<RingForAll> for_all_;
};

Objection objection(const ParameterValues& parameters, std::uint32_t worker_count) {
  Objection odd = odd_workers(worker_count);
  if (!odd.empty()) return odd;
  if (parameters.count("size") % sizeof(std::uint64_t) != 0) {
    return {"size", "a message of " + std::to_string(parameters.count("size")) +
                        " bytes is not made of words: take a multiple of 8"};
  }
  if (parameters.text("ends") == "all" && parameters.text("channel") != "spin") {
    return {"channel", "ends=all goes through a ring in shared memory, not through " +
                           parameters.text("channel") + ": take --channel spin"};
  }
  if (parameters.text("ends") == "all" && parameters.number("pace") != 0) {
    return {"pace", "ends=all has no pace: leave --pace out"};
  }
  const std::uint64_t capacity = parameters.count("capacity");
  if ((capacity & (capacity - 1)) != 0) {
    return {"capacity", std::to_string(capacity) + " is not a power of two: take one"};
  }
  return {};
}

const WorkloadRegistry::Registration registered{{
    .name = "ring",
    .help = "messages from one worker to another through a bounded channel",
    .operation = "message",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "channel",
                    .kind = ParameterKind::choice,
                    .default_text = "spin",
                    .help = "what carries the messages, and what a waiting worker does",
                    .choices = Channels::names()},
                   {.name = "ends",
                    .kind = ParameterKind::choice,
                    .default_text = "pairs",
                    .help = "pairs: one sender and one receiver each; all: one ring for all",
                    .choices = {"pairs", "all"}},
                   {.name = "size",
                    .kind = ParameterKind::bytes,
                    .default_text = "64",
                    .help = "bytes in a message, a multiple of 8",
                    .min = sizeof(std::uint64_t),
                    .max = largest_message_bytes},
                   {.name = "capacity",
                    .kind = ParameterKind::count,
                    .default_text = "1024",
                    .help = "messages that fit, a power of two; pipes and sockets have their own",
                    .min = 2,
                    .max = 1 << 16},
                   {.name = "pace",
                    .kind = ParameterKind::duration,
                    .default_text = "0us",
                    .help = "time between two messages; 0 for as fast as they go",
                    .min = 0,
                    .max = ns_per_second}},
    .measures = {{.name = "one_way_p50_ns",
                  .label = "one way, p50",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "time of a message from before its sending to after its receipt, a full "
                          "channel's queue and two readings of the clock included",
                  .telling = true},
                 {.name = "one_way_p99_ns",
                  .label = "one way, p99",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "the same, exceeded by one in 100",
                  .telling = true},
                 {.name = "one_way_p999_ns",
                  .label = "one way, p99.9",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "the same, exceeded by one in 1000"}},
    .make = make_workload<Ring>,
    .objection = objection,
}};

}  // namespace
}  // namespace bulkhead

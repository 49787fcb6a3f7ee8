// Messages of any sender to any receiver through one ring: what `ring` does with --ends all. Even
// workers send, odd ones receive.
//
// No order holds between two senders, so messages are not held against the next number but against
// a sum: of the marks that senders put in, and of those that came out or still lie in the ring.
#pragma once

#include <sched.h>

#include <cstdint>
#include <optional>
#include <span>

#include "ipc/follower.hpp"
#include "ipc/histogram.hpp"
#include "ipc/shared_ring.hpp"
#include "ipc/spin_until.hpp"
#include "workloads/message_layout.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {

class RingForAll {
 public:
  RingForAll(Arena& arena, ChannelShape shape, std::uint32_t worker_count)
      : ring_(arena, shape),
        layout_(shape.message_bytes),
        boxes_(arena.construct_array<Box>(worker_count), worker_count) {}

  [[nodiscard]] static std::size_t arena_bytes(ChannelShape shape,
                                               std::uint32_t worker_count) noexcept {
    return SharedRing::arena_bytes(shape) + (worker_count + 1) * sizeof(Box);
  }

  void send_all(Worker& worker) {
    Box& own = boxes_[worker.index()];
    Message message{};
    worker.repeat([&](auto& unit) {
      if (own.count.get() > unit.number()) return;  // Went in before the crash.
      if (layout_.has_check())
        message.words[layout_.words - 1] = mark(worker.index(), unit.number());
      if (layout_.has_stamp()) {
        const bool stamped = unit.number() % stamp_every == 0;
        message.words[1] = stamped ? static_cast<std::uint64_t>(monotonic_ns()) : 0;
      }
      wait_until(
          worker, [&] { return ring_.try_push(message); },
          [&] {
            const auto half = [&] { return ring_.has_room(part_of(ring_, 2)); };
            return rest_until(half, looks_at_rest(ring_));
          });
      own.sum.set(own.sum.get() + message.words[layout_.words - 1]);
      own.count.set(unit.number() + 1);
    });
  }

  void receive_all(Worker& worker) {
    Box& own = boxes_[worker.index()];
    Message message{};
    Follower follower;
    worker.repeat([&](auto& unit) {
      if (own.count.get() > unit.number()) return;
      follower.keep_distance(ring_, unit.number());
      wait_until(
          worker, [&] { return ring_.try_pop(message, follower.is_to_ask_ahead()); },
          [&] { return follower.found_none(ring_, unit.number()); });
      take_in(message, own);
      if (layout_.has_stamp() && message.words[1] != 0) {
        own.latency.record(static_cast<std::uint64_t>(monotonic_ns()) - message.words[1]);
      }
      own.count.set(unit.number() + 1);
    });
  }

  /// Empties the ring. What a death interrupted may have happened or not, and its mark is unknown.
  [[nodiscard]] Verdict judge(const Acknowledged& acknowledged) {
    Verdict verdict;
    Box sent{}, came{}, left{};
    std::uint64_t in_work = 0;
    for (std::uint32_t worker = 0; worker < boxes_.size(); ++worker) {
      add(boxes_[worker], worker % 2 == 0 ? sent : came);
      const std::uint64_t done = boxes_[worker].count.get();
      const std::uint64_t said = acknowledged.finished[worker];
      if (done < said) verdict.missing_units += said - done;
      if (done > said + 1) verdict.surplus_units += done - said - 1;
      in_work += acknowledged.interrupted[worker];
    }
    Message message{};
    while (ring_.try_pop(message)) {
      take_in(message, left);
      left.count.set(left.count.get() + 1);
    }
    const std::uint64_t found = came.count.get() + left.count.get();
    if (found + in_work < sent.count.get()) {
      verdict.missing_units += sent.count.get() - found - in_work;
    }
    if (found > sent.count.get() + in_work) {
      verdict.surplus_units += found - sent.count.get() - in_work;
    }
    if (verdict.missing_units + verdict.surplus_units != 0) verdict.health = StateHealth::lossy;
    const bool is_exact = in_work == 0 && found == sent.count.get() && layout_.has_check();
    if (is_exact && came.sum.get() + left.sum.get() != sent.sum.get()) {
      verdict.health = StateHealth::torn;
    }
    verdict.finding = std::to_string(came.count.get()) + " messages came, " +
                      std::to_string(left.count.get()) + " still lay in the ring, of " +
                      std::to_string(sent.count.get()) + " sent";
    return verdict;
  }

  void add_latency_to(LatencyHistogram::Counts& counts) const noexcept {
    for (const Box& box : boxes_) box.latency.add_to(counts);
  }

 private:
  /// What a worker has sent or received, in a part of the arena of its own.
  struct alignas(cache_line_bytes) Box {
    PlainWord<std::uint64_t> count;
    PlainWord<std::uint64_t> sum;
    LatencyHistogram latency;
  };

  static std::uint64_t mark(std::uint32_t worker, std::uint64_t unit) noexcept {
    return (std::uint64_t{worker} + 1) << 40 | unit;
  }
  void take_in(const Message& message, Box& box) const noexcept {
    if (layout_.has_check()) box.sum.set(box.sum.get() + message.words[layout_.words - 1]);
  }
  static void add(const Box& from, Box& to) noexcept {
    to.count.set(to.count.get() + from.count.get());
    to.sum.set(to.sum.get() + from.sum.get());
  }

  template <class Try, class Rest>
  static void wait_until(Worker& worker, Try try_once, Rest rest) {
    if (try_once()) [[likely]]
      return;
    if (!rest()) sched_yield();  // In vain where the other end has no CPU.
    Patience patience(worker, worker.index());
    spin_until(try_once, patience);
  }

  SharedRing ring_;
  MessageLayout layout_;
  std::span<Box> boxes_;
};

}  // namespace bulkhead

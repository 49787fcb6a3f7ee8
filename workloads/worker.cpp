#include "workloads/worker.hpp"

#include <algorithm>

#include "ipc/start_path.hpp"
#include "workloads/random.hpp"

namespace bulkhead {
namespace {

// A sample costs two clock reads, one more to plan the next, and the pause: 100 ns in a loop that
// has all of it in its caches. Where each system call empties the TLB, as with page-table isolation
// on a processor without PCID, ping-pong over pipes gained 300 to 700 ns for each sample not taken.
constexpr std::uint64_t sample_cost_ns = 300;
// One part in so many of the worker's time may go into samples.
constexpr std::uint64_t sample_share = 1000;
constexpr std::uint64_t longest_sample_interval = 1 << 20;

}  // namespace

BULKHEAD_START_PATH std::uint64_t Worker::begin() noexcept {
  const std::uint64_t unit = place_.slot.finished.load(std::memory_order_relaxed);
  next_sample_ = unit;
  sampling_since_unit_ = unit;
  place_.slot.limit.store(0, std::memory_order_relaxed);  // Look up before the first operation.
  return unit;
}

BULKHEAD_START_PATH Worker::Pause Worker::pause(std::uint64_t unit) {
  WorkerSlot& slot = place_.slot;
  const std::int64_t ended_ns = end_sample(unit);
  slot.in_operation.store(0, std::memory_order_relaxed);
  if (slot.first_operation_ns.load(std::memory_order_relaxed) == 0 && unit > sampling_since_unit_) {
    slot.first_operation_ns.store(ended_ns != 0 ? ended_ns : monotonic_ns(),
                                  std::memory_order_relaxed);
  }
  if (place_.control.stop.load(std::memory_order_relaxed) != 0) return Pause::stop;
  const std::uint64_t share = slot.share.load(std::memory_order_relaxed);
  if (unit >= share) return Pause::stop;
  std::uint32_t signs = slot.strike_now.load(std::memory_order_relaxed);
  if (signs != 0) signs = slot.strike_now.exchange(0, std::memory_order_relaxed);
  const bool armed =
      (signs != 0 || unit >= strikes_.next_unit()) && strikes_.before_unit(unit, signs);
  const bool sample = unit >= next_sample_ && !armed;
  if (unit >= next_sample_) plan_next_sample(unit);

  const std::uint64_t next_event = sample ? unit + 1 : next_sample_;
  slot.limit.store(std::min({next_event, share, strikes_.next_unit()}), std::memory_order_relaxed);
  // Pairs with Scoreboard::call: an order that we do not see here overwrites our limit.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (place_.control.stop.load(std::memory_order_relaxed) != 0 ||
      slot.strike_now.load(std::memory_order_relaxed) != 0) {
    slot.limit.store(0, std::memory_order_relaxed);
  }
  slot.in_operation.store(1, std::memory_order_relaxed);
  if (armed) return Pause::armed;
  if (sample) {
    timed_unit_ = unit;
    sample_start_ns_ = monotonic_ns();
  }
  return Pause::go_on;
}

BULKHEAD_START_PATH void Worker::plan_next_sample(std::uint64_t unit) noexcept {
  const std::int64_t now_ns = monotonic_ns();
  const std::uint64_t units = unit - sampling_since_unit_;
  if (units == 0) {  // The first operation of all is timed, and the next one plans.
    next_sample_ = unit + 1;
  } else {
    // In whole numbers: constants of floating point would lie on a page that nothing else needs.
    const auto elapsed_ns = static_cast<std::uint64_t>(now_ns - sampling_since_ns_);
    const std::uint64_t interval =
        std::clamp(sample_cost_ns * sample_share * units / std::max<std::uint64_t>(elapsed_ns, 1),
                   std::uint64_t{1}, longest_sample_interval);
    // Between half and one and a half intervals, so that no period of the work hides from it.
    next_sample_ =
        unit + std::max<std::uint64_t>(1, interval / 2 + next_random(random_) % interval);
  }
  sampling_since_unit_ = unit;
  sampling_since_ns_ = now_ns;
}

/// Before anything else at the end of a stretch. Answers the moment, or 0: none was timed, or it
/// was called off before it began, or the unit was abandoned.
BULKHEAD_START_PATH std::int64_t Worker::end_sample(std::uint64_t unit) noexcept {
  if (sample_start_ns_ == 0) return 0;
  const std::int64_t now_ns = monotonic_ns();
  const std::int64_t ns = now_ns - sample_start_ns_;
  sample_start_ns_ = 0;
  if (unit != timed_unit_ + 1) return 0;
  place_.slot.latency.record(static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0)));
  return now_ns;
}

BULKHEAD_START_PATH void Worker::end() noexcept {
  place_.slot.in_operation.store(0, std::memory_order_relaxed);
  place_.slot.ended_ns.store(monotonic_ns(), std::memory_order_relaxed);
}

void Worker::wait_on(std::uint32_t partner) {
  place_.slot.waiting.store(1, std::memory_order_relaxed);
  if (is_over()) throw RunOver{};
  // Slots lie side by side, in the order of the workers.
  const WorkerSlot& other = (&place_.slot - place_.index)[partner];
  if (other.gone.load(std::memory_order_relaxed) != 0 ||
      other.state.load(std::memory_order_relaxed) == WorkerState::failed) {
    throw WorkerStuck("worker " + std::to_string(partner) + ", which it needs, is gone");
  }
  if (deadline_.passed()) throw WorkerStuck("waited for another worker until its deadline");
}

void Worker::stop_waiting() noexcept {
  place_.slot.waiting.store(0, std::memory_order_relaxed);
}

std::uint64_t Worker::abandon() noexcept {
  WorkerSlot& slot = place_.slot;
  sample_start_ns_ = 0;
  slot.abandoned.store(slot.abandoned.load(std::memory_order_relaxed) + 1,
                       std::memory_order_relaxed);
  const std::uint64_t next = slot.finished.load(std::memory_order_relaxed) + 1;
  slot.finished.store(next, std::memory_order_relaxed);
  return next;
}

}  // namespace bulkhead

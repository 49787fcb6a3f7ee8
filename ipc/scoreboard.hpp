// The scoreboard: what workers tell the supervisor, and the few words the supervisor tells them, in
// shared memory. Named after Apache's. One slot a worker; each line of a slot has one writer.
//
// The supervisor reads slots and believes nothing in them: it never takes a lock, follows an index
// or waits for a value found here. A worker that scribbles over its slot spoils its own numbers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/cache_line.hpp"
#include "ipc/gate.hpp"
#include "ipc/histogram.hpp"
#include "ipc/region.hpp"

namespace bulkhead {

/// state   | set by                        | allowed moves
/// empty   | supervisor, before each start | -> starting
/// starting| worker, first thing           | -> ready, failed
/// ready   | worker, in front of the gate  | -> running, failed
/// running | worker, past the gate         | -> done, failed
/// done    | worker: its loop ended        | none
/// failed  | worker: could not go on, see `reason` | none
enum class WorkerState : std::uint32_t { empty, starting, ready, running, done, failed };

inline constexpr std::uint64_t no_limit = ~std::uint64_t{0};

/// All zero is the state before the first start, so a fresh mapping is a scoreboard.
struct WorkerSlot {
  static constexpr std::size_t reason_bytes = 120;

  // Line 1: written by the worker after each operation. The ledger's cursor: unit `finished` of
  // this worker is the one in work, all below it are acknowledged. A replacement goes on from here.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> finished{0};

  // Line 2: the loop runs while finished < limit. The worker sets it to its next event (a sample,
  // the end of its share, a strike); the supervisor sets it to 0 to make the worker look up.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> limit{0};

  // Line 3: written by the supervisor, whose signs the worker takes.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> share{0};  // units to do in all, or no_limit
  std::atomic<std::uint32_t> strike_now{0};    // one bit for each fault that is due
  std::atomic<std::uint32_t> strike_here{0};   // the same, for a signal's handler
  std::atomic<std::uint32_t> generation{0};    // counts restarts
  std::atomic<std::uint64_t> before_reset{0};  // units finished before the state was made anew
  std::atomic<std::uint32_t> gone{0};          // dead, and nobody will replace it

  // Line 4 on: written by the worker (created_ns by whoever created it), at events only.
  alignas(cache_line_bytes) std::atomic<WorkerState> state{WorkerState::empty};
  std::atomic<std::uint32_t> process{0};
  std::atomic<std::uint32_t> tid{0};
  std::atomic<std::uint32_t> in_operation{0};  // a unit is begun and not finished
  std::atomic<std::uint32_t> waiting{0};       // waits for a lock, or for another worker
  std::atomic<std::uint32_t> canary_broken{0};
  std::atomic<std::uint32_t> refused{0};           // what it asked for in vain, as bits
  std::atomic<std::uint32_t> settings_changed{0};  // of its process and thread, as bits
  std::atomic<std::uint32_t> witness{0};           // what it read in the arena after the gate
  std::atomic<std::uint64_t> contended{0};         // lock acquisitions that had to wait
  std::atomic<std::uint64_t> repairs{0};           // times it repaired after a dead holder
  std::atomic<std::uint64_t> half_done{0};  // of those repairs, that found something half done
  std::atomic<std::uint64_t> abandoned{0};  // units left half done by a fault
  std::atomic<std::uint32_t> caught{0};     // crashes that it caught and went on after
  std::atomic<std::int64_t> created_ns{0};
  std::atomic<std::int64_t> ready_ns{0};
  std::atomic<std::int64_t> first_operation_ns{0};
  std::atomic<std::int64_t> ended_ns{0};
  std::atomic<std::int64_t> struck_ns{0};        // when it was struck first in this generation
  std::atomic<std::uint32_t> strikes{0};         // in all generations
  std::atomic<const void*> own_memory{nullptr};  // where stray writes may go; see runner/faults/
  char reason[reason_bytes] = {};                // why it failed; terminated by the writer

  alignas(cache_line_bytes) LatencyHistogram latency;

  /// Whether the worker came to its end, well or not. Acquire: whoever sees it sees the reason.
  [[nodiscard]] bool ended() const noexcept {
    const WorkerState now = state.load(std::memory_order_acquire);
    return now == WorkerState::done || now == WorkerState::failed;
  }
};

/// The words that concern everybody.
struct Control {
  alignas(cache_line_bytes) Gate gate;  // in front of the first operation
  Gate leave;                           // in front of the way out
  std::atomic<std::uint32_t> stop{0};
  alignas(cache_line_bytes) std::atomic<std::uint32_t> ready_count{0};  // workers add
  std::atomic<std::uint32_t> ended_count{0};                            // workers add
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(std::atomic<WorkerState>::is_always_lock_free);
static_assert(sizeof(WorkerSlot) % cache_line_bytes == 0);
static_assert(alignof(WorkerSlot) == cache_line_bytes);
static_assert(alignof(Control) == cache_line_bytes);

class Scoreboard {
 public:
  /// Maps slots for `worker_count` workers, all empty. Throws std::system_error.
  explicit Scoreboard(std::uint32_t worker_count);

  [[nodiscard]] Control& control() const noexcept { return *control_; }
  [[nodiscard]] std::span<WorkerSlot> slots() const noexcept { return slots_; }

  /// Makes every worker look up at its next operation. Supervisor only.
  void call_all() noexcept;
  /// The same for one worker.
  static void call(WorkerSlot& slot) noexcept;

 private:
  Region region_;
  Control* control_;
  std::span<WorkerSlot> slots_;
};

}  // namespace bulkhead

// The contract of a workload: what is measured. One file each, self-registering; see counter.cpp
// for the shortest one.
//
// A workload lays out its shared state in the arena, does operations, repairs the state after a
// holder of its lock died, and judges at the end whether the state is sound. It knows nothing of
// modes, processes, clocks or reports. Whatever must be one object for all workers lies in the
// arena: a member, a global or a static is copied into each process.
//
// A *unit* is one piece of work with an identity: (worker, sequence number). One operation does one
// unit. After a crash the replacement begins again with the unit that was in work.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ipc/registry.hpp"
#include "workloads/measure.hpp"
#include "workloads/parameter.hpp"

namespace bulkhead {

// Only named here: their headers bring all of Boost.Interprocess, and the runner needs none of it.
class AnyLock;
class Arena;
class Worker;

/// What a workload gets to lay out its state with. Lives until the trial ends.
struct Setup {
  Arena& arena;
  const AnyLock& lock;
  const ParameterValues& parameters;
  std::uint32_t worker_count;
  std::uint64_t seed;
};

/// What the workers acknowledged, for verify to hold the shared state against.
struct Acknowledged {
  std::span<const std::uint64_t> finished;  ///< finished[worker], units
  std::span<const std::uint64_t>
      interrupted;                            ///< interrupted[worker], units begun and not finished
  std::span<const std::uint32_t> ended_well;  ///< 1 where the worker's loop came to its end

  [[nodiscard]] std::uint64_t total_finished() const noexcept {
    std::uint64_t total = 0;
    for (const std::uint64_t units : finished) total += units;
    return total;
  }
};

enum class StateHealth {
  sound,  ///< The invariant holds, and every acknowledged unit is there.
  lossy,  ///< The invariant holds or there is none, but units are missing or doubled.
  torn,   ///< The invariant is broken: somebody's half-done update is in the state.
};

/// That a worker ran, or did one thing, and when: CLOCK_MONOTONIC.
struct Span {
  std::uint32_t worker = 0;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
};

/// What of a verdict's spans and exhibit is kept.
inline constexpr std::size_t most_spans = 1024;
inline constexpr std::size_t most_exhibit_lines = 24;

struct Verdict {
  StateHealth health = StateHealth::sound;
  /// Acknowledged units that are not in the state, and units that are in it more often than they
  /// were acknowledged. Zero where the workload keeps no state.
  std::uint64_t missing_units = 0;
  std::uint64_t surplus_units = 0;
  /// One plain line: what was checked, and what was found.
  std::string finding;
  /// (name, value) of those of the entry's measures that have a value.
  std::vector<std::pair<std::string_view, double>> measures = {};
  /// A picture or a table for people that no number can be: lines of at most 78 columns, ASCII.
  std::vector<std::string> exhibit = {};
  /// For a timeline.
  std::vector<Span> spans = {};
};

class Workload {
 public:
  virtual ~Workload() = default;

  /// Lays out the shared state. Once, in the trial supervisor, before any worker exists.
  virtual void prepare(const Setup& setup) = 0;

  /// What each worker does. In every compartment, on the worker's own thread, all at once; returns
  /// when worker.repeat() does.
  virtual void run(Worker& worker) = 0;

  /// For the supervisor's repair, in a process of its own, when a holder of the lock is dead and
  /// nobody is inside: what a worker does after owner_died. Answers whether the state is sound
  /// again. A state that is never half done needs none.
  [[nodiscard]] virtual bool recover() { return true; }

  /// Processes that prepare started beside the workers, such as a client of theirs: their CPU time
  /// is not somebody else's. They are children of the supervisor and are ended with the trial.
  [[nodiscard]] virtual std::vector<pid_t> helpers() const { return {}; }

  /// Looks at the state after the last worker is gone: complete, torn or worse, so it must end and
  /// must not trust what it walks. In a process of its own, with a deadline.
  [[nodiscard]] virtual Verdict verify(const Acknowledged& acknowledged) = 0;

  /// Bytes of arena that prepare and the workers will need at most.
  [[nodiscard]] virtual std::size_t arena_bytes(const ParameterValues& parameters,
                                                std::uint32_t worker_count) const = 0;
};

/// An option without a value, on the command line only, that stands for several others where those
/// are not given.
struct Shorthand {
  std::string_view name;
  std::string_view help;  ///< One line, no full stop: says what it stands for.
  std::vector<std::pair<std::string_view, std::string_view>> stands_for;  ///< (option, value)
};

/// Whether the workload has a critical section, and so takes a lock.
enum class TakesLock { no, yes };

/// What cannot be, though each value is allowed by itself.
struct Objection {
  std::string_view option = {};  ///< To which it is to be said: "workers", or a parameter.
  std::string why = {};          ///< One line, no full stop, with the cure; empty: all is well.

  [[nodiscard]] bool empty() const noexcept { return why.empty(); }
};

struct WorkloadEntry {
  std::string_view name;
  std::string_view help;       ///< One line, no full stop.
  std::string_view operation;  ///< What one unit is, singular: "transfer".
  TakesLock takes_lock = TakesLock::no;
  std::string_view default_lock = "none";
  std::vector<Parameter> parameters;
  std::vector<Measure> measures = {};  ///< What verify tells beyond the verdict.
  std::vector<Shorthand> shorthands = {};
  std::unique_ptr<Workload> (*make)() = nullptr;
  /// To these values and so many workers.
  Objection (*objection)(const ParameterValues&, std::uint32_t worker_count) = nullptr;
  /// Bytes that each worker touches beside the arena; null where that is next to nothing.
  std::uint64_t (*own_memory_bytes)(const ParameterValues&) = nullptr;
  /// Why a mode must not part the workers of a pair (0 and 1, 2 and 3), with the cure that is none
  /// of the mode; empty where it may.
  std::string (*ties_pairs)(const ParameterValues&) = nullptr;
  /// What a user has to know before it runs, in one line; empty when there is nothing.
  std::string (*announcement)(const ParameterValues&) = nullptr;
};

using WorkloadRegistry = Registry<WorkloadEntry>;

/// For the entry's `make`.
template <class W>
std::unique_ptr<Workload> make_workload() {
  return std::make_unique<W>();
}

}  // namespace bulkhead

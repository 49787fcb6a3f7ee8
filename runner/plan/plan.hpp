// What will run, said completely: a value, made and checked once from the command line, read by
// everything after it. Reads no file and never changes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/lock.hpp"
#include "runner/plan/mode.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {

struct FaultEntry;

/// Where workers may run. spread: worker i on CPU i of the allowed ones, one per core first; same:
/// all on the first allowed CPU; none: wherever the scheduler likes.
enum class PinPolicy { spread, same, none };

/// State of glibc's single-thread shortcuts when a compartment starts. equal: every compartment has
/// seen a second thread, whatever its shape; native: as a real program of that shape would be.
enum class LibcState { equal, native };

/// What the supervisor starts again when a compartment died. The names are Erlang/OTP's:
/// one_for_one: that compartment; one_for_all: all of them; rest_for_one: it and those that come
/// after it. Living ones that have to start again are killed first.
enum class RestartPolicy { never, one_for_one, one_for_all, rest_for_one };

/// What happens to the shared state after a death, before anything is started again. keep: nothing,
/// as most programs do (a robust lock's next holder still repairs); repair: the state is repaired
/// and an orphaned lock released by a process made for it; reset: everybody is stopped, the state
/// made anew and all started again, PostgreSQL's rule.
enum class SharedPolicy { keep, repair, reset };

/// What a worker does about its own crash, whatever its process. none: the kernel ends the process;
/// siglongjmp: it jumps out of the signal's handler to before its loop and begins the unit in work
/// again, as many programs do and none should. A contrast to a restart, not a safeguard.
enum class SelfRecovery { none, siglongjmp };

/// How the supervisor of a trial is scheduled, so that it hears of a death in time, and comes to
/// read its counters beside very many busy workers: automatic is slice, where the kernel has it, in
/// trials with faults.
enum class RunnerPriority { automatic, fifo, slice, none };

/// How often and how soon a compartment may be started again.
struct RestartLimits {
  std::uint32_t at_most = 5;  ///< Within `period_ns`; Erlang/OTP's intensity.
  std::int64_t period_ns = 10'000'000'000;
  /// Between a death and the restart, from the second one on within the period; doubles each time.
  std::int64_t first_back_off_ns = 10'000'000;
  std::int64_t longest_back_off_ns = 1'000'000'000;
};

/// When an armed fault strikes.
enum class TriggerKind {
  operation,    ///< Before unit `operation` of the worker begins; in its first generation.
  moment,       ///< `after_ns` after the measured window opens.
  in_section,   ///< In the first critical section from `after_ns` after the window opens on, at its
                ///< step number `step`, or half done where that is 0.
  repair_step,  ///< At step `step` of the worker's first repair.
  lock_wait,    ///< From `after_ns` on, as soon as the worker waits for a lock.
  probability,  ///< Before each unit with `probability`, by the seed; in every generation.
  startup,      ///< First thing in the worker.
  before_gate,  ///< When it is ready, in front of the gate.
  on_restart,   ///< Before the first unit of each replacement.
  at_exit,      ///< When its work is done, on the way out.
};

struct Trigger {
  TriggerKind kind = TriggerKind::moment;
  std::uint64_t operation = 0;
  std::int64_t after_ns = 50'000'000;
  std::uint32_t step = 0;
  double probability = 0;
};

/// Whether the supervisor gives the sign for it, once, during the window.
[[nodiscard]] constexpr bool needs_sign(TriggerKind kind) noexcept {
  return kind == TriggerKind::moment || kind == TriggerKind::in_section ||
         kind == TriggerKind::lock_wait;
}

/// Whether two workers come to it at about the same time, so that they can meet.
[[nodiscard]] constexpr bool is_for_two(TriggerKind kind) noexcept {
  return kind == TriggerKind::operation || kind == TriggerKind::moment ||
         kind == TriggerKind::startup || kind == TriggerKind::before_gate ||
         kind == TriggerKind::at_exit;
}

/// Whom a fault strikes: a worker that is known beforehand; whoever holds the lock, or waits for
/// it, when the supervisor looks; or the runner's own process that supervises the trial.
enum class FaultTarget { worker, holder, waiter, runner };

/// One --fault: what goes wrong, at which worker, when. `entry` points into the fault registry.
struct FaultPlan {
  std::string text;  ///< As the user wrote it.
  const FaultEntry* entry = nullptr;
  std::uint32_t worker = 0;  ///< Where the target is a worker.
  Trigger trigger;
  ParameterValues parameters;
  FaultTarget target = FaultTarget::worker;
};

/// A worker knows its faults by one bit each.
inline constexpr std::size_t most_faults = 32;

/// How long a trial measures: a window of time, or a fixed number of units shared out among
/// workers.
struct Extent {
  std::int64_t duration_ns = 200'000'000;
  std::optional<std::uint64_t> operations;  ///< Set: the window lasts until they are done.
};

/// Warm-up before the window: until the rate is steady, at most `at_most_ns`; or exactly that long.
struct WarmUp {
  enum class End { steady, fixed } end = End::steady;
  std::int64_t at_most_ns = 200'000'000;
};

/// When the runner has seen enough rounds. A round is one trial of each mode (and, with a fault,
/// one more of each with the fault), in random order.
struct Rounds {
  std::uint32_t at_least = 7;
  std::uint32_t at_most = 11;
  std::optional<double>
      precision;  ///< Stop when every ratio's interval is that narrow (0.01 = 1 %).
};

struct Plan {
  const WorkloadEntry* workload = nullptr;
  ParameterValues parameters;
  std::vector<Mode> modes;  ///< The first is what the others are compared with.
  std::uint32_t worker_count = 0;
  std::string lock;
  SpinPolicy spin = SpinPolicy::bounded;
  Extent extent;
  WarmUp warm_up;
  Rounds rounds;
  std::uint64_t seed = 0;
  PinPolicy pin = PinPolicy::spread;
  LibcState libc = LibcState::equal;
  std::vector<FaultPlan> faults;  ///< Empty: no trial with faults.
  RestartPolicy restart = RestartPolicy::never;
  RestartLimits restart_limits;
  SharedPolicy shared = SharedPolicy::keep;
  SelfRecovery recover = SelfRecovery::none;
  RunnerPriority runner_priority = RunnerPriority::automatic;
  std::uint32_t spares =
      0;  ///< Processes that are forked before the run and take a dead one's place.
  /// A worker that does nothing for so long is ended as if it had died; 0: never.
  std::int64_t stall_timeout_ns = 0;
  double same_within = 0.02;  ///< Ratios inside 1/(1+x) .. 1+x count as the same.
  double confidence = 0.95;   ///< Over all ratios of one measure together.
  std::int64_t start_timeout_ns = 0;
  /// What workers may take to end when the trial is over, before SIGKILL; 0: as long as is usual.
  std::int64_t drain_timeout_ns = 0;
  std::int64_t trial_timeout_ns = 0;  ///< Longest a window may last when `operations` is set.
};

/// The names that options, help and reports use for the enumerations above.
[[nodiscard]] std::string_view to_text(SpinPolicy spin) noexcept;
[[nodiscard]] std::string_view to_text(PinPolicy pin) noexcept;
[[nodiscard]] std::string_view to_text(LibcState libc) noexcept;
[[nodiscard]] std::string_view to_text(RestartPolicy restart) noexcept;
[[nodiscard]] std::string_view to_text(SharedPolicy shared) noexcept;
[[nodiscard]] std::string_view to_text(SelfRecovery recovery) noexcept;
[[nodiscard]] std::string_view to_text(RunnerPriority priority) noexcept;
[[nodiscard]] std::string_view to_text(FaultTarget target) noexcept;
[[nodiscard]] std::string_view to_text(TriggerKind kind) noexcept;

}  // namespace bulkhead

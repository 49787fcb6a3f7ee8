// What will run, said completely: a value, made and checked once from the command line, read by
// everything after it. Reads no file and never changes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// What the supervisor does when a compartment dies. one_for_one: starts that compartment again.
enum class RestartPolicy { never, one_for_one };

/// When an armed fault strikes.
enum class TriggerKind {
  operation,   ///< Before unit `operation` of the worker begins.
  moment,      ///< `after_ns` after the measured window opens.
  in_section,  ///< In the first critical section from `after_ns` after the window opens on, half
               ///< done.
};

struct Trigger {
  TriggerKind kind = TriggerKind::moment;
  std::uint64_t operation = 0;
  std::int64_t after_ns = 50'000'000;
};

/// One --fault: what goes wrong, at which worker, when. `entry` points into the fault registry.
struct FaultPlan {
  std::string text;  ///< As the user wrote it.
  const FaultEntry* entry = nullptr;
  std::uint32_t worker = 0;
  Trigger trigger;
};

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
  Extent extent;
  WarmUp warm_up;
  Rounds rounds;
  std::uint64_t seed = 0;
  PinPolicy pin = PinPolicy::spread;
  LibcState libc = LibcState::equal;
  std::vector<FaultPlan> faults;  ///< Empty: no trial with faults.
  RestartPolicy restart = RestartPolicy::never;
  double same_within = 0.02;  ///< Ratios inside 1/(1+x) .. 1+x count as the same.
  double confidence = 0.95;   ///< Of the whole table, over all its ratios together.
  std::int64_t start_timeout_ns = 0;
  std::int64_t trial_timeout_ns = 0;  ///< Longest a window may last when `operations` is set.
};

/// The names that options, help and reports use for the enumerations above.
[[nodiscard]] std::string_view to_text(PinPolicy pin) noexcept;
[[nodiscard]] std::string_view to_text(LibcState libc) noexcept;
[[nodiscard]] std::string_view to_text(RestartPolicy restart) noexcept;

}  // namespace bulkhead

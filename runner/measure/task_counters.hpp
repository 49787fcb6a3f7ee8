// What the kernel has counted for tasks of other processes, read from /proc while they run. The
// workers do nothing for it. Supervisor only. See proc(5); schedstat:
// Documentation/scheduler/sched-stats.rst.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "runner/trial/record.hpp"

namespace bulkhead {

struct TaskCounters {
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::int64_t run_delay_ns = 0;  ///< Ready, but another task had the CPU.
  std::int64_t user_cpu_ns = 0;
  std::int64_t kernel_cpu_ns = 0;
  std::optional<std::uint64_t> migrations = {};  ///< Nothing where the kernel does not tell.

  TaskCounters& operator+=(const TaskCounters& other) noexcept;
};

/// What a process that ended had used, with all its threads; it takes its run delay along.
[[nodiscard]] TaskCounters counters_of(const rusage& used) noexcept;

/// Whether to ask how often a task moved to another CPU: a long text for one number.
enum class AskMigrations { no, yes };

/// The counters of one thread; all zero when it is gone. The thread id may come from an untrusted
/// word: it is only used below /proc/`process`.
[[nodiscard]] TaskCounters read_task_counters(pid_t process, pid_t thread, AskMigrations ask);

/// What a task does with the CPU.
struct CpuUse {
  bool is_ready = false;    ///< It runs, or would if it had a CPU; a sleeper does not.
  std::int64_t cpu_ns = 0;  ///< Since its start.
};

/// Of one thread; all zero when it is gone. The thread id may come from an untrusted word, as
/// above.
[[nodiscard]] CpuUse read_cpu_use(pid_t process, pid_t thread);

/// CPU time of a live process, all its threads, in nanoseconds; nothing when it is gone. See
/// clock_getcpuclockid(3).
[[nodiscard]] std::optional<std::int64_t> process_cpu_ns(pid_t process) noexcept;

/// Adds the memory of one process (smaps_rollup, and VmPTE of status).
void add_process_memory(pid_t process, MemoryRecord& memory);

/// The number behind `key` in text of the form "key:   123 kB"; nothing when it is not there. Pure.
[[nodiscard]] std::optional<std::uint64_t> number_after(const std::string& text, const char* key);

}  // namespace bulkhead

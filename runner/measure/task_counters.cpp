#include "runner/measure/task_counters.hpp"

#include <time.h>
#include <unistd.h>

#include <cstdlib>

#include "ipc/clock.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {
namespace {

constexpr std::uint64_t bytes_per_kib = 1024;

std::string task_file(pid_t process, pid_t thread, const char* name) {
  return "/proc/" + std::to_string(process) + "/task/" + std::to_string(thread) + "/" + name;
}

/// A field of a stat line, numbered as in proc(5). The second field is a name in parentheses that
/// may hold blanks, so fields are counted from behind it.
std::uint64_t stat_field(const std::string& stat, int number) {
  std::size_t at = stat.rfind(')');
  if (at == std::string::npos) return 0;
  for (int field = 2; field < number; ++field) {
    at = stat.find(' ', at + 1);
    if (at == std::string::npos) return 0;
  }
  return std::strtoull(stat.c_str() + at, nullptr, 10);
}

std::int64_t ticks_ns(std::uint64_t ticks) {
  static const std::int64_t tick_ns = ns_per_second / sysconf(_SC_CLK_TCK);
  return static_cast<std::int64_t>(ticks) * tick_ns;
}

/// The number behind "nr_migrations  :" of a task's sched file.
std::optional<std::uint64_t> migrations_of(const std::string& sched) {
  const std::size_t key = sched.find("nr_migrations");
  const std::size_t colon = sched.find(':', key == std::string::npos ? sched.size() : key);
  if (colon == std::string::npos) return std::nullopt;
  return std::strtoull(sched.c_str() + colon + 1, nullptr, 10);
}

/// The second number of a schedstat line.
std::int64_t run_delay_of(const std::string& schedstat) {
  const std::size_t blank = schedstat.find(' ');
  return blank == std::string::npos ? 0 : std::strtoll(schedstat.c_str() + blank, nullptr, 10);
}

}  // namespace

TaskCounters& TaskCounters::operator+=(const TaskCounters& other) noexcept {
  voluntary_switches += other.voluntary_switches;
  involuntary_switches += other.involuntary_switches;
  minor_faults += other.minor_faults;
  major_faults += other.major_faults;
  user_cpu_ns += other.user_cpu_ns;
  kernel_cpu_ns += other.kernel_cpu_ns;
  if (other.migrations) migrations = migrations.value_or(0) + *other.migrations;
  run_delay_ns += other.run_delay_ns;
  return *this;
}

TaskCounters counters_of(const rusage& used) noexcept {
  TaskCounters counters;
  counters.voluntary_switches = static_cast<std::uint64_t>(used.ru_nvcsw);
  counters.involuntary_switches = static_cast<std::uint64_t>(used.ru_nivcsw);
  counters.minor_faults = static_cast<std::uint64_t>(used.ru_minflt);
  counters.major_faults = static_cast<std::uint64_t>(used.ru_majflt);
  counters.user_cpu_ns = to_ns(used.ru_utime);
  counters.kernel_cpu_ns = to_ns(used.ru_stime);
  return counters;
}

std::optional<std::uint64_t> number_after(const std::string& text, const char* key) {
  const std::string wanted = std::string(key) + ":";
  for (std::size_t at = text.find(wanted); at != std::string::npos;
       at = text.find(wanted, at + 1)) {
    // At the start of a line: "ctxt_switches" is the end of two longer keys.
    if (at == 0 || text[at - 1] == '\n') {
      return std::strtoull(text.c_str() + at + wanted.size(), nullptr, 10);
    }
  }
  return std::nullopt;
}

TaskCounters read_task_counters(pid_t process, pid_t thread, AskMigrations ask) {
  TaskCounters counters;
  const std::string status = read_file(task_file(process, thread, "status"));
  counters.voluntary_switches = number_after(status, "voluntary_ctxt_switches").value_or(0);
  counters.involuntary_switches = number_after(status, "nonvoluntary_ctxt_switches").value_or(0);
  const std::string stat = read_file(task_file(process, thread, "stat"));
  counters.minor_faults = stat_field(stat, 10);
  counters.major_faults = stat_field(stat, 12);
  counters.user_cpu_ns = ticks_ns(stat_field(stat, 14));
  counters.kernel_cpu_ns = ticks_ns(stat_field(stat, 15));
  if (ask == AskMigrations::yes) {
    counters.migrations = migrations_of(read_file(task_file(process, thread, "sched")));
  }
  counters.run_delay_ns = run_delay_of(read_file(task_file(process, thread, "schedstat")));
  return counters;
}

CpuUse read_cpu_use(pid_t process, pid_t thread) {
  CpuUse use;
  const std::string stat = read_file(task_file(process, thread, "stat"));
  const std::size_t name_end = stat.rfind(')');
  use.is_ready = name_end != std::string::npos && stat.compare(name_end, 3, ") R") == 0;
  const std::string schedstat = read_file(task_file(process, thread, "schedstat"));
  use.cpu_ns = schedstat.empty() ? ticks_ns(stat_field(stat, 14) + stat_field(stat, 15))
                                 : std::strtoll(schedstat.c_str(), nullptr, 10);
  return use;
}

std::optional<std::int64_t> process_cpu_ns(pid_t process) noexcept {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    return std::nullopt;
  }
  return std::int64_t{used.tv_sec} * ns_per_second + used.tv_nsec;
}

void add_process_memory(pid_t process, MemoryRecord& memory) {
  const std::string directory = "/proc/" + std::to_string(process) + "/";
  const std::string rollup = read_file(directory + "smaps_rollup");
  const auto bytes = [&](const char* key) {
    return number_after(rollup, key).value_or(0) * bytes_per_kib;
  };
  memory.rss_bytes += bytes("Rss");
  memory.pss_bytes += bytes("Pss");
  memory.uss_bytes += bytes("Private_Clean") + bytes("Private_Dirty");
  memory.page_table_bytes +=
      number_after(read_file(directory + "status"), "VmPTE").value_or(0) * bytes_per_kib;
}

}  // namespace bulkhead

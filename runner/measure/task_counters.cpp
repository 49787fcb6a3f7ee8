#include "runner/measure/task_counters.hpp"

#include <time.h>

#include <cstdlib>

#include "ipc/clock.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {
namespace {

constexpr std::uint64_t bytes_per_kib = 1024;

std::string task_file(pid_t process, pid_t thread, const char* name) {
  return "/proc/" + std::to_string(process) + "/task/" + std::to_string(thread) + "/" + name;
}

/// The tenth field of a stat line: minor faults. The second field is a name in parentheses that may
/// hold blanks, so fields are counted from behind it.
std::uint64_t minor_faults_of(const std::string& stat) {
  std::size_t at = stat.rfind(')');
  if (at == std::string::npos) return 0;
  for (int field = 2; field < 10; ++field) {
    at = stat.find(' ', at + 1);
    if (at == std::string::npos) return 0;
  }
  return std::strtoull(stat.c_str() + at, nullptr, 10);
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
  run_delay_ns += other.run_delay_ns;
  return *this;
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

TaskCounters read_task_counters(pid_t process, pid_t thread) {
  TaskCounters counters;
  const std::string status = read_file(task_file(process, thread, "status"));
  counters.voluntary_switches = number_after(status, "voluntary_ctxt_switches").value_or(0);
  counters.involuntary_switches = number_after(status, "nonvoluntary_ctxt_switches").value_or(0);
  counters.minor_faults = minor_faults_of(read_file(task_file(process, thread, "stat")));
  counters.run_delay_ns = run_delay_of(read_file(task_file(process, thread, "schedstat")));
  return counters;
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

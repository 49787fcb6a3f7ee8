#include "runner/commands/doctor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "ipc/core_dumps.hpp"
#include "ipc/region.hpp"
#include "ipc/robust_mutex.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/commands/console.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/faults/fault.hpp"
#include "runner/measure/cpus.hpp"
#include "runner/measure/read_file.hpp"
#include "runner/options/units.hpp"
#include "runner/trial/child.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t patience_ns = 5 * ns_per_second;

/// What one look at the machine found.
struct Finding {
  enum class Kind {
    good,
    missing,  ///< Nothing runs without it.
    limited,  ///< Something will be left out or is worth knowing.
  } kind = Kind::good;
  std::string text;
};

Finding error_finding(Finding::Kind kind, std::string_view what) {
  return {kind, fmt::format("{}: {}", what, std::generic_category().message(errno))};
}

Finding look_at_children() {
  Child child = Child::start([] { return 7; });
  const auto end = child.reap(Deadline::in(patience_ns));
  if (end && end->info.si_status == 7) return {Finding::Kind::good, "forked, watched and reaped"};
  return {Finding::Kind::missing, "a child's end was not seen through its pidfd"};
}

Finding look_at_sealing() {
  const UniqueFd fd(memfd_create("bulkhead-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.open()) return error_finding(Finding::Kind::missing, "memfd_create");
  if (fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) {
    return error_finding(Finding::Kind::missing, "sealing against resizing");
  }
  return {Finding::Kind::good, "shared memory without a name, sealed against resizing"};
}

Finding look_at_robust_locks() {
  struct Shared {
    pthread_mutex_t mutex;
  };
  const Region region(Sharing::shared, sizeof(Shared), "doctor");
  pthread_mutex_t& mutex = (new (region.data()) Shared)->mutex;
  init_shared_mutex(mutex, {.robustness = PTHREAD_MUTEX_ROBUST});
  Child child = Child::start([&mutex] { return pthread_mutex_lock(&mutex); });
  static_cast<void>(child.reap(Deadline::in(patience_ns)));
  const int error = lock_until(mutex, Deadline::in(patience_ns));
  if (error == EOWNERDEAD) return {Finding::Kind::good, "tell the next taker of a dead holder"};
  return {Finding::Kind::missing, fmt::format("the next taker was told nothing (error {})", error)};
}

Finding look_at_memory_numbers() {
  if (!read_file("/proc/self/smaps_rollup").empty()) return {Finding::Kind::good, "PSS and USS"};
  return {Finding::Kind::limited, "/proc/PID/smaps_rollup is not readable: no memory rows"};
}

Finding look_at_disturbance() {
  if (!read_file("/proc/stat").empty()) return {Finding::Kind::good, "/proc/stat is readable"};
  return {Finding::Kind::limited, "/proc/stat is not readable: disturbed windows go unnoticed"};
}

Finding look_at_cpus() {
  const std::size_t count = usable_cpus().size();
  if (count >= 2) return {Finding::Kind::good, fmt::format("{} to pin workers to", count)};
  return {Finding::Kind::limited, "one: workers never run at the same time"};
}

std::string limit_text(int resource) {
  rlimit limit{};
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) return "unknown";
  if (limit.rlim_max == RLIM_INFINITY) return "no limit";
  return fmt::format("at most {}", exact_count(static_cast<std::int64_t>(limit.rlim_max)));
}

Finding look_at_limits() {
  return {Finding::Kind::good, fmt::format("processes of this user: {}; descriptors: {}",
                                           limit_text(RLIMIT_NPROC), limit_text(RLIMIT_NOFILE))};
}

Finding look_at_priority() {
  Child child = Child::start([] {
    const sched_param lowest{sched_get_priority_min(SCHED_FIFO)};
    return sched_setscheduler(0, SCHED_FIFO, &lowest) == 0 ? 0 : 1;
  });
  const auto end = child.reap(Deadline::in(patience_ns));
  if (end && end->info.si_status == 0) {
    return {Finding::Kind::good, "real-time priority is allowed (--runner-priority fifo)"};
  }
  return {Finding::Kind::limited,
          "no real-time priority: on busy CPUs a death is noticed milliseconds later"};
}

Finding look_at_core_dumps() {
  Child child = Child::start([]() -> int {
    forbid_core_dumps();
    signal(SIGABRT, SIG_DFL);
    std::abort();
  });
  const auto end = child.reap(Deadline::in(patience_ns));
  if (end && end->info.si_code == CLD_KILLED) {
    return {Finding::Kind::good, "none is made of a worker that crashes"};
  }
  return {Finding::Kind::limited,
          "one is made at each crash, as /proc/sys/kernel/core_pattern says: a death is noticed "
          "later"};
}

Finding look_at_first_process() {
  if (getpid() != 1) return {Finding::Kind::good, "not the first process of a container"};
  return {Finding::Kind::limited,
          "the first process of its namespace: signals that it raises itself are ignored"};
}

struct Check {
  std::string_view name;
  Finding (*look)();
};

constexpr Check checks[] = {
    {"child processes", look_at_children},
    {"shared memory", look_at_sealing},
    {"robust locks", look_at_robust_locks},
    {"memory numbers", look_at_memory_numbers},
    {"disturbance", look_at_disturbance},
    {"CPUs", look_at_cpus},
    {"limits", look_at_limits},
    {"priority", look_at_priority},
    {"core dumps", look_at_core_dumps},
    {"process number", look_at_first_process},
};

std::string_view to_text(Finding::Kind kind) noexcept {
  switch (kind) {
    case Finding::Kind::good:
      return "ok";
    case Finding::Kind::missing:
      return "MISSING";
    case Finding::Kind::limited:
      break;
  }
  return "note";
}

/// The faults of the catalogue that will be skipped here.
std::string skipped_faults(unsigned width) {
  std::string text;
  std::size_t possible = 0;
  for (const FaultEntry& fault : FaultRegistry::all()) {
    const std::string obstacle = fault.unavailable == nullptr ? "" : fault.unavailable();
    if (obstacle.empty()) {
      ++possible;
    } else {
      text += paragraph(fmt::format("{}: {}", fault.name, obstacle), width, 2);
    }
  }
  return fmt::format("{} of {} faults are possible here{}\n", possible, FaultRegistry::all().size(),
                     text.empty() ? "." : "; not possible:") +
         text;
}

}  // namespace

std::string doctor_help(unsigned width) {
  return "usage: bulkhead doctor\n\n" +
         paragraph(
             "Tries what bulkhead needs of this machine and this user, and says what will be "
             "missing or left out.",
             width);
}

ExitStatus doctor_command(const Arguments& arguments) {
  for (const std::string& argument : arguments) {
    if (argument != "--help" && argument != "-h") {
      return refuse({{argument, "is not known: doctor takes nothing but --help"}},
                    "bulkhead doctor --help");
    }
    print(doctor_help(output_width()));
    return ExitStatus::done;
  }
  std::vector<std::vector<std::string>> rows;
  bool complete = true;
  for (const Check& check : checks) {
    const Finding finding = check.look();
    complete = complete && finding.kind != Finding::Kind::missing;
    rows.push_back({std::string(check.name), std::string(to_text(finding.kind)), finding.text});
  }
  print(aligned(rows, output_width()) + "\n" + skipped_faults(output_width()));
  return complete ? ExitStatus::done : ExitStatus::host_refused;
}

}  // namespace bulkhead

#include "runner/trial/own_priority.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <cerrno>

#include "ipc/system_error.hpp"
#include "runner/trial/child.hpp"

namespace bulkhead {
namespace {

constexpr int high_nice = -10;
constexpr std::int64_t obstacle_patience_ns = 2 * ns_per_second;

/// In the middle: above the realtime faults, which take the lowest, and below the kernel's own.
sched_param fifo_priority() {
  return {(sched_get_priority_min(SCHED_FIFO) + sched_get_priority_max(SCHED_FIFO)) / 2};
}

/// As nearly always. The kernel's reset gives a child nothing else.
bool is_ordinary() {
  errno = 0;
  const int nice = getpriority(PRIO_PROCESS, 0);
  return nice == 0 && errno == 0 && sched_getscheduler(0) == SCHED_OTHER;
}

bool take_fifo() {
  const sched_param priority = fifo_priority();
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) == 0;
}

bool take_nice() {
  const sched_param none{0};
  return setpriority(PRIO_PROCESS, 0, high_nice) == 0 &&
         sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &none) == 0;
}

}  // namespace

std::string take_priority(RunnerPriority wish) {
  if (!is_ordinary()) return "as its workers";
  if (wish == RunnerPriority::fifo && take_fifo()) {
    return "SCHED_FIFO " + std::to_string(fifo_priority().sched_priority);
  }
  // Not a realtime one unasked: reaping a child (waitid, release_task, d_invalidate; Linux 6.18)
  // the kernel was seen to spin over the child's entries in /proc, and all that wanted that CPU, of
  // whatever program, stood still for half a second.
  const bool may_be_nice = wish == RunnerPriority::automatic || wish == RunnerPriority::nice;
  if (may_be_nice && take_nice()) return "nice " + std::to_string(high_nice);
  return "as its workers";
}

/// Tried in a child: what it was given there nobody has to give back.
std::string priority_obstacle(RunnerPriority wish) {
  if (wish == RunnerPriority::automatic || wish == RunnerPriority::none) return "";
  if (!is_ordinary()) return "bulkhead has a priority of its own already, which its workers share";
  Child child = Child::start([wish] {
    const bool taken = wish == RunnerPriority::fifo ? take_fifo() : take_nice();
    return taken ? 0 : errno;
  });
  const auto end = child.reap(Deadline::in(obstacle_patience_ns));
  if (end && end->info.si_code == CLD_EXITED && end->info.si_status == 0) return "";
  return "this user may not have it" + (end && end->info.si_code == CLD_EXITED
                                            ? ": " + error_text(end->info.si_status)
                                            : std::string());
}

}  // namespace bulkhead

#include "runner/trial/own_priority.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <cerrno>

#include "ipc/system_call.hpp"
#include "ipc/system_error.hpp"
#include "runner/trial/child.hpp"

namespace bulkhead {
namespace {

constexpr std::uint64_t slice_ns = 100'000;  // The shortest that Linux gives.
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

// Each answers 0 or an error number.

int take_fifo() {
  const sched_param priority = fifo_priority();
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) == 0 ? 0 : errno;
}

/// See sched_setattr(2); the C library of Debian 12 has no name for it.
struct SchedulingAttributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime_ns;
  std::uint64_t deadline_ns;
  std::uint64_t period_ns;
};

/// Since Linux 6.12 an ordinary task may ask for a time slice of its own: the shorter, the sooner
/// it runs when it wakes up, and it gets no more of the CPU. An older kernel takes the call and
/// forgets the number.
int take_slice() {
  constexpr std::uint64_t reset_on_fork = 1;
  SchedulingAttributes wanted{};
  wanted.size = sizeof wanted;
  wanted.policy = SCHED_OTHER;
  wanted.flags = reset_on_fork;
  wanted.runtime_ns = slice_ns;
  if (const long error = system_call(SYS_sched_setattr, 0, &wanted, 0); error != 0) {
    return static_cast<int>(-error);
  }
  SchedulingAttributes got{};
  const long error = system_call(SYS_sched_getattr, 0, &got, sizeof got, 0);
  return error == 0 && got.runtime_ns == slice_ns ? 0 : ENOSYS;
}

int take(RunnerPriority wish) {
  switch (wish) {
    case RunnerPriority::fifo:
      return take_fifo();
    case RunnerPriority::slice:
    case RunnerPriority::automatic:  // Realtime not unasked, see docs/isolation.md.
      return take_slice();
    case RunnerPriority::none:
      break;
  }
  return EINVAL;
}

std::string text_of(RunnerPriority taken) {
  if (taken == RunnerPriority::fifo) {
    return "SCHED_FIFO " + std::to_string(fifo_priority().sched_priority);
  }
  return "time slice of " + std::to_string(slice_ns / 1'000) + " us";
}

}  // namespace

std::string take_priority(RunnerPriority wish) {
  return is_ordinary() && take(wish) == 0 ? text_of(wish) : "as its workers";
}

/// Tried in a child: what it was given there nobody has to give back.
std::string priority_obstacle(RunnerPriority wish) {
  if (wish == RunnerPriority::automatic || wish == RunnerPriority::none) return "";
  if (!is_ordinary()) return "bulkhead has a priority of its own already, which its workers share";
  Child child = Child::start([wish] { return take(wish); });
  const auto end = child.reap(Deadline::in(obstacle_patience_ns));
  if (!end || end->info.si_code != CLD_EXITED) return "it could not be tried";
  return end->info.si_status == 0 ? "" : error_text(end->info.si_status);
}

}  // namespace bulkhead

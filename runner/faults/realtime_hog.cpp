// A process with a realtime priority on a sibling's CPU: ordinary work there stands still until it
// gives way. It does so by itself after a moment, and by the kernel's alarm clock if it does not.

#include <sched.h>

#include "runner/faults/brief_child.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/realtime.hpp"

namespace bulkhead::realtime_hog_fault {
namespace {

void strike(const Strike& strike) {
  const sched_param priority = realtime_priority();
  cpu_set_t cpus{};
  const bool known = sched_getaffinity(strike.sibling_process, sizeof cpus, &cpus) == 0;
  const pid_t hog = fork_briefly(end_of(strike), [](Deadline child_end) { spin_until(child_end); });
  if (hog < 0) return;
  // The priority first, or it starves behind the work that it shall push aside.
  sched_setscheduler(hog, SCHED_FIFO, &priority);
  if (known) sched_setaffinity(hog, sizeof cpus, &cpus);
}

const FaultRegistry::Registration registered{{
    .name = "realtime-hog",
    .family = "exhaustion",
    .help = "starts a process with a realtime priority that only burns time, on a sibling's CPU",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .also = {Outcome::degraded},
    .parameters = {lasting("50ms", longest_realtime_ns)},
    .strike = strike,
    .unavailable = realtime_obstacle,
}};

}  // namespace
}  // namespace bulkhead::realtime_hog_fault

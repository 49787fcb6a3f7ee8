// Queued signals that nobody takes. The kernel counts them for all processes of a user together and
// compares the count with each process's own limit, so a process that lowers its limit runs out of
// them alone: afterwards none of its threads can queue a signal or make a timer.

#include <signal.h>
#include <sys/resource.h>

#include <algorithm>

#include "runner/faults/fault.hpp"
#include "runner/faults/use_up.hpp"
#include "runner/measure/read_file.hpp"
#include "runner/measure/task_counters.hpp"

namespace bulkhead::signal_queue_fault {
namespace {

constexpr int unused_realtime_signal = 6;

void strike(const Strike& strike) {
  // "SigQ: 3/96364": queued by this user, and the limit.
  const rlim_t queued = number_after(read_file("/proc/self/status"), "SigQ").value_or(0);
  const rlim_t count = strike.parameters.count("count");
  rlimit limit{};
  if (getrlimit(RLIMIT_SIGPENDING, &limit) != 0) return;
  limit.rlim_cur = std::min(limit.rlim_cur, queued + count);
  if (setrlimit(RLIMIT_SIGPENDING, &limit) != 0) return;
  const int number = SIGRTMIN + unused_realtime_signal;
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, number);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  use_up(2 * count, [number] { return pthread_sigqueue(pthread_self(), number, {}) == 0; });
}

const FaultRegistry::Registration registered{{
    .name = "signal-queue-full",
    .family = "exhaustion",
    .help = "queues signals for itself until the process may have no more (RLIMIT_SIGPENDING)",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::harmless},
    .aims_at = AimsAt::requests,
    .parameters = {{.name = "count",
                    .kind = ParameterKind::count,
                    .default_text = "64",
                    .help = "signals that may still be queued",
                    .min = 1,
                    .max = 4096}},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::signal_queue_fault

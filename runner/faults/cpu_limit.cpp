// A limit on CPU time. It counts what all threads of the process have used together, so that with
// many of them it comes sooner, and it ends them all. RLIMIT_CPU counts whole seconds; a timer of
// the same clock sends the same signal as finely as one likes.

#include <signal.h>
#include <time.h>

#include "ipc/clock.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead::cpu_limit_fault {
namespace {

void limit_cpu_time(const Strike& strike) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGXCPU;
  timer_t timer{};
  if (timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) != 0) return;
  const std::int64_t after_ns = strike.parameters.number("after");
  const itimerspec once{.it_interval = {},
                        .it_value = {after_ns / ns_per_second, after_ns % ns_per_second}};
  timer_settime(timer, 0, &once, nullptr);
}

const FaultRegistry::Registration registered{{
    .name = "cpu-limit",
    .family = "sudden end",
    .help = "lets the process, all its threads together, have so much more CPU time",
    .ends_as = "SIGXCPU",
    .parameters = {{.name = "after",
                    .kind = ParameterKind::duration,
                    .default_text = "5ms",
                    .help = "CPU time that is left",
                    .min = 1'000'000,
                    .max = 60 * ns_per_second}},
    .strike = limit_cpu_time,
}};

}  // namespace
}  // namespace bulkhead::cpu_limit_fault

#include "ipc/heartbeat.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include "ipc/system_error.hpp"

namespace bulkhead {

Heartbeat::Heartbeat() {
  struct sigaction interrupt {};
  interrupt.sa_handler = [](int) {};
  // Without SA_RESTART: the interrupted call must return.
  if (sigaction(signal_number, &interrupt, nullptr) != 0) throw_errno("sigaction: interrupt waits");
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = signal_number;
  // glibc 2.36 has no public name for the field; see timer_create(2).
  event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
  if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) {
    throw_errno("timer_create: interrupt waits (see 'ulimit -i')");
  }
  const timespec period{0, period_ns};
  const itimerspec every{period, period};
  if (timer_settime(timer_, 0, &every, nullptr) != 0) throw_errno("timer_settime: interrupt waits");
}

Heartbeat::~Heartbeat() {
  timer_delete(timer_);
}

}  // namespace bulkhead

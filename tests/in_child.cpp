#include "tests/in_child.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "runner/trial/child.hpp"

namespace bulkhead {

ExitCause in_child(const std::function<int()>& body) {
  Child child = Child::start([&] {
    reset_signal_handlers();
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    return body();
  });
  constexpr std::int64_t watchdog_ns = 30 * ns_per_second;
  auto end = child.reap(Deadline::in(watchdog_ns));
  const bool hung = !end;
  if (hung) {
    child.signal(SIGKILL);
    end = child.reap(Deadline::in(watchdog_ns));
  }
  return end ? exit_cause(end->info, true, hung ? OurKill::trial_over : OurKill::none)
             : ExitCause{ExitCause::Kind::stopped_by_us, SIGKILL};
}

}  // namespace bulkhead

#include "runner/trial/orphans.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>

#include "ipc/clock.hpp"
#include "runner/trial/compartment.hpp"
#include "runner/trial/strays.hpp"

namespace bulkhead {

bool strikes_runner(const Plan& plan) noexcept {
  return std::any_of(plan.faults.begin(), plan.faults.end(),
                     [](const FaultPlan& fault) { return fault.target == FaultTarget::runner; });
}

OrphansRecord await_orphans(std::int64_t supervisor_ended_ns) {
  constexpr timespec pause{0, 50'000};
  OrphansRecord orphans;
  for (const Deadline end = Deadline::in(ns_per_second); !end.passed();) {
    const pid_t pid = waitpid(-1, nullptr, WNOHANG);
    if (pid < 0) break;
    if (pid == 0) {
      nanosleep(&pause, nullptr);
      continue;
    }
    ++orphans.count;
    orphans.gone_ns = std::max<std::int64_t>(monotonic_ns() - supervisor_ended_ns, 0);
  }
  orphans.left_over = end_strays();
  return orphans;
}

TrialRecord lost_with_supervisor(const Plan& plan, const TrialId& id, std::int64_t begun_ns,
                                 std::int64_t supervisor_ended_ns, const OrphansRecord& orphans) {
  TrialRecord record;
  record.id = id;
  record.begun_ns = begun_ns;
  record.fault_struck = true;
  record.struck_ns = supervisor_ended_ns;
  // What had been done by then, nobody is left to say.
  WindowRecord window;
  window.start_ns = begun_ns;
  window.end_ns = supervisor_ended_ns;
  record.windows.push_back(window);
  const Mode& mode = plan.modes[id.mode];
  for (std::uint32_t compartment = 0; compartment < mode.compartments; ++compartment) {
    DeathRecord death;
    death.compartment = compartment;
    death.cause = {ExitCause::Kind::signalled, SIGKILL};  // Asked for beforehand: see Child.
    record.deaths.push_back(death);
    WorkerRecord worker;
    worker.compartment = compartment;
    worker.deaths = 1;
    record.workers.insert(record.workers.end(), workers_of(mode, compartment).count, worker);
  }
  record.verify.health = VerifyRecord::Health::unreachable;
  record.verify.finding = "the shared state went with the processes that had it";
  record.orphans = orphans;
  return record;
}

}  // namespace bulkhead

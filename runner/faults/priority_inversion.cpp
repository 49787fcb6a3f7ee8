// A worker of high priority waits for a lock whose holder has a low one and needs a moment with it;
// somebody in between, who wants no lock at all, takes the CPU, and so the high one waits for him.
// All on one CPU, for a short time. The mutex lends its holder no priority, as most do not.

#include <sched.h>

#include "runner/faults/brief_child.hpp"
#include "runner/faults/duet.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/realtime.hpp"

namespace bulkhead::priority_inversion_fault {
namespace {

constexpr std::uint32_t lock = 0;
constexpr std::int64_t section_ns = 5 * ns_per_ms;
constexpr std::int64_t patience_ns = 500 * ns_per_ms;

/// Where and how the calling thread runs; as it was when this is destroyed.
class Placement {
 public:
  Placement()
      : known_(sched_getaffinity(0, sizeof cpus_, &cpus_) == 0 &&
               sched_getparam(0, &priority_) == 0),
        policy_(sched_getscheduler(0)) {}
  ~Placement() {
    if (!known_) return;
    sched_setscheduler(0, policy_, &priority_);
    sched_setaffinity(0, sizeof cpus_, &cpus_);
  }
  Placement(const Placement&) = delete;
  Placement& operator=(const Placement&) = delete;

  [[nodiscard]] bool confine_to(std::uint64_t cpu) const {
    if (!known_ || cpu >= CPU_SETSIZE) return false;  // No number at all is the largest one.
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(cpu), &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
  }

 private:
  cpu_set_t cpus_{};
  sched_param priority_{};
  bool known_;
  int policy_;
};

/// The holder: a section of 5 ms of CPU time, which is not over when the others come.
void be_low(const Strike& strike, const Placement& placement) {
  Stage& stage = *strike.stage;
  const Deadline end = Deadline::in(patience_ns);
  const int cpu = sched_getcpu();
  const bool confined = cpu >= 0 && placement.confine_to(static_cast<std::uint64_t>(cpu));
  const bool holds = confined && take(stage, Role::partner, lock, end);
  stage.words[0].value.store(holds ? static_cast<std::uint64_t>(cpu) + 1 : 0,
                             std::memory_order_relaxed);
  const std::atomic<std::uint64_t>& wanted = stage.words[1].value;
  const bool is_expected = keep_step(stage, Role::partner, end);
  if (holds && is_expected) {
    while (wanted.load(std::memory_order_relaxed) == 0 && !end.passed()) {
    }
    const std::int64_t done_ns = thread_cpu_ns() + section_ns;
    while (thread_cpu_ns() < done_ns) {
    }
  }
  if (holds) give_back(stage, lock);
}

/// The one who waits. It begins above the one in between, who therefore runs when it sleeps.
void be_high(const Strike& strike, const Placement& placement) {
  Stage& stage = *strike.stage;
  if (!keep_step(stage, Role::culprit, Deadline::in(patience_ns))) return;
  const std::uint64_t cpu = stage.words[0].value.load(std::memory_order_relaxed);
  const sched_param high = realtime_priority(1), middle = realtime_priority();
  pid_t hog = -1;
  if (placement.confine_to(cpu - 1) && sched_setscheduler(0, SCHED_FIFO, &high) == 0) {
    hog = fork_briefly(end_of(strike), [](Deadline hog_end) { spin_until(hog_end); });
  }
  if (hog > 0) sched_setscheduler(hog, SCHED_FIFO, &middle);
  stage.words[1].value.store(1, std::memory_order_relaxed);
  if (hog < 0) return;
  const std::int64_t begun_ns = monotonic_ns();
  const bool got_it = take(stage, Role::culprit, lock, Deadline::in(patience_ns));
  const std::int64_t waited_ns = monotonic_ns() - begun_ns;
  if (got_it) give_back(stage, lock);
  stage.waited_ns.store(waited_ns, std::memory_order_relaxed);
  report(stage, 1, waited_ns > 2 * section_ns ? 1 : 0);
  reap(hog);
}

void strike(const Strike& strike) {
  if (!are_two(strike)) return;
  const Placement placement;
  if (strike.role == Role::culprit) return be_high(strike, placement);
  be_low(strike, placement);
}

const FaultRegistry::Registration registered{{
    .name = "priority-inversion",
    .family = "liveness",
    .help = "waits, with a high priority, for a lock that the next worker holds with a low one,"
            " while somebody in between has the CPU",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .also = {Outcome::degraded},
    .duet = Duet::hinders,
    .parameters = {lasting("50ms", longest_realtime_ns)},
    .strike = strike,
    .unavailable = realtime_obstacle,
}};

}  // namespace
}  // namespace bulkhead::priority_inversion_fault

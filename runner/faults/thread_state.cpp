// What belongs to a thread, against what many expect: a sibling in the same process keeps its own.
// The counterpart to what belongs to a process.

#include <fenv.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>

#include "runner/faults/attribute.hpp"

namespace bulkhead::thread_state_fault {
namespace {

FaultEntry own(std::string_view name, std::string_view help, void (*strike)(const Strike&)) {
  FaultEntry entry = attribute(name, help, strike);
  entry.family = "thread's own state";
  entry.expected.threads = Outcome::harmless;
  return entry;
}

void block_signals(const Strike&) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

/// To the first of the CPUs that it may use already.
void move_to_one_cpu(const Strike&) {
  cpu_set_t cpus{}, one{};
  if (sched_getaffinity(0, sizeof cpus, &cpus) != 0) return;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &cpus)) continue;
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

void round_down(const Strike&) {
  fesetround(FE_DOWNWARD);
}

void sleep_longer(const Strike&) {
  constexpr unsigned long slack_ns = 10'000'000;
  prctl(PR_SET_TIMERSLACK, slack_ns, 0, 0, 0);
}

std::string cannot_round() {
  const int before = fegetround();
  const bool works = fesetround(FE_DOWNWARD) == 0;
  fesetround(before);
  return works ? "" : "this processor always rounds to nearest";
}

FaultEntry rounding_entry() {
  FaultEntry entry = own("attr-rounding", "rounds down from now on, in its own thread", round_down);
  entry.unavailable = cannot_round;
  return entry;
}

const FaultRegistry::Registration mask{
    own("attr-sigmask", "blocks all signals, in its own thread", block_signals)};
const FaultRegistry::Registration affinity{
    own("attr-affinity", "moves its own thread to one CPU", move_to_one_cpu)};
const FaultRegistry::Registration rounding{rounding_entry()};
const FaultRegistry::Registration slack{
    own("attr-timerslack", "lets timers of its own thread be 10 ms late", sleep_longer)};

}  // namespace
}  // namespace bulkhead::thread_state_fault

// A worker that the kernel does not let run until somebody thaws it: a frozen control group. The
// first version's freezer takes a single thread, and no signal ends what is frozen; so it stands
// for all that SIGKILL cannot end, such as a hung disk. The second version's takes the whole
// process, and SIGKILL ends it.

#include <system_error>

#include "runner/faults/wants_group.hpp"

namespace bulkhead::frozen_fault {
namespace {

/// A group of its own for who is moved into it, so that nobody else freezes.
void freeze(const Strike& strike, Hierarchy hierarchy, const char* members, pid_t who,
            const char* state, const char* frozen) {
  const ControlGroup* const group = group_of(strike, hierarchy);
  if (group == nullptr) return;
  const ControlGroup own = group->inner("frozen-" + std::to_string(strike.thread));
  try {
    own.make();
  } catch (const std::system_error&) {
    return;  // The trial is over, or it is struck again.
  }
  if (own.set(members, static_cast<std::uint64_t>(who))) own.set(state, frozen);
}

void freeze_thread(const Strike& strike) {
  freeze(strike, Hierarchy::freezer, "tasks", strike.thread, "freezer.state", "FROZEN");
}

void freeze_process(const Strike& strike) {
  freeze(strike, Hierarchy::unified, "cgroup.procs", strike.process, "cgroup.freeze", "1");
}

const FaultRegistry::Registration thread{{
    .name = "frozen-v1",
    .family = "liveness",
    .help = "its thread is frozen, and SIGKILL does not end it before it is thawed",
    .ends_as = "stall",
    .expected = {Outcome::lost_all, Outcome::hang},
    .also = {Outcome::hang},
    .group = Hierarchy::freezer,
    .strike = freeze_thread,
    .unavailable = unavailable_group<Hierarchy::freezer>,
}};

const FaultRegistry::Registration process{{
    .name = "frozen-v2",
    .family = "liveness",
    .help = "its process is frozen and looks asleep; SIGKILL ends it",
    .ends_as = "stall",
    .group = Hierarchy::unified,
    .strike = freeze_process,
    .unavailable = unavailable_group<Hierarchy::unified>,
}};

}  // namespace
}  // namespace bulkhead::frozen_fault

// A limit on the CPU time of a control group, which all compartments share. Walls between address
// spaces are no help: whoever is in the group stands still when its share of a period is used up,
// with a lock in its hand or without.

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "ipc/unique_fd.hpp"

#include "runner/faults/brief_child.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/wants_group.hpp"

namespace bulkhead::cpu_quota_fault {
namespace {

constexpr std::uint64_t period_us = 20'000;
constexpr std::int64_t leave_patience_ns = ns_per_second;

// Where to write that there is no quota any more: for the child, which may only make system calls.
std::atomic<int> quota_file{-1};

/// A child, since the worker goes on working. It is in the group itself and has to wait for its
/// turn.
void lift_later(const ControlGroup& group, Deadline end) {
  const std::string path = group.directory() + "/cpu.cfs_quota_us";
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  quota_file.store(file.get());
  fork_briefly({end.at_ns + leave_patience_ns}, [](Deadline child_end) {
    sleep_until({child_end.at_ns - leave_patience_ns});
    static_cast<void>(!write(quota_file.load(), "-1", 2));
  });
}

void strike(const Strike& strike) {
  const ControlGroup* const group = group_of(strike, Hierarchy::cpu);
  if (group == nullptr) return;
  constexpr std::uint64_t all_percent = 100;
  const std::uint64_t quota_us = period_us * strike.parameters.count("percent") / all_percent;
  lift_later(*group, end_of(strike));
  group->set("cpu.cfs_period_us", period_us);
  group->set("cpu.cfs_quota_us", quota_us);
}

const FaultRegistry::Registration registered{{
    .name = "cpu-quota",
    .family = "exhaustion",
    .help = "leaves all compartments together a part of one CPU",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::degraded},
    .also = {Outcome::harmless},  // Where the machine had no more to give before.
    .group = Hierarchy::cpu,
    .parameters = {{.name = "percent",
                    .kind = ParameterKind::count,
                    .default_text = "40",
                    .help = "of one CPU",
                    .min = 10,
                    .max = 100},
                   lasting("250ms")},
    .strike = strike,
    .unavailable = unavailable_group<Hierarchy::cpu>,
}};

}  // namespace
}  // namespace bulkhead::cpu_quota_fault

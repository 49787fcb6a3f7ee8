// Somebody else on a worker's CPU, who gives nothing of it away. Address spaces are no help against
// that: the scheduler divides time among threads and does not ask whose they are.

#include <sched.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "runner/faults/brief_child.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::cpu_hog_fault {
namespace {

/// Of all threads of this process, the caller's CPU left out where that leaves any.
cpu_set_t cpus_of_other_threads() {
  cpu_set_t all{}, own{};
  sched_getaffinity(0, sizeof own, &own);
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", error)) {
    cpu_set_t of_one{};
    const pid_t thread = std::atoi(task.path().filename().c_str());
    if (sched_getaffinity(thread, sizeof of_one, &of_one) == 0) CPU_OR(&all, &all, &of_one);
  }
  cpu_set_t others{};
  CPU_XOR(&others, &all, &own);
  CPU_AND(&others, &others, &all);
  return CPU_COUNT(&others) > 0 ? others : own;
}

cpu_set_t cpus_of_sibling(const Strike& strike) {
  if (strike.sibling_process == strike.process) return cpus_of_other_threads();
  cpu_set_t cpus{};
  if (sched_getaffinity(strike.sibling_process, sizeof cpus, &cpus) == 0) return cpus;
  sched_getaffinity(0, sizeof cpus, &cpus);
  return cpus;
}

/// The children begin on the CPU of the thread that forks them.
void strike(const Strike& strike) {
  const cpu_set_t cpus = cpus_of_sibling(strike);
  const Deadline end = end_of(strike);
  const std::uint64_t count = strike.parameters.count("count");
  for (std::uint64_t made = 0; made < count; ++made) {
    const pid_t hog = fork_briefly(end, [](Deadline child_end) { spin_until(child_end); });
    if (hog < 0) return;
    sched_setaffinity(hog, sizeof cpus, &cpus);
  }
}

const FaultRegistry::Registration registered{{
    .name = "cpu-hog",
    .family = "exhaustion",
    .help = "starts processes that only burn time, on a sibling's CPU",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::degraded},
    .also = {Outcome::harmless},  // Where the machine has a CPU to spare.
    .parameters = {{.name = "count",
                    .kind = ParameterKind::count,
                    .default_text = "4",
                    .help = "processes",
                    .min = 1,
                    .max = 16},
                   lasting("250ms")},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::cpu_hog_fault

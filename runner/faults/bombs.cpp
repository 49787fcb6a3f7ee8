// One worker that makes threads or processes without need. What they use up are numbers that a
// container counts together, so that the count here is low and they are all gone soon.

#include <system_error>
#include <thread>

#include "runner/faults/brief_child.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::bombs_fault {
namespace {

/// Nobody joins them: they end by themselves, or with the process.
void make_threads(const Strike& strike) {
  const Deadline end = end_of(strike);
  const std::uint64_t count = strike.parameters.count("count");
  try {
    for (std::uint64_t made = 0; made < count; ++made) std::thread(sleep_until, end).detach();
  } catch (const std::system_error&) {
    // There are no more to be had.
  }
}

/// They stay as zombies until the supervisor takes them over.
void make_children(const Strike& strike) {
  const Deadline end = end_of(strike);
  const std::uint64_t count = strike.parameters.count("count");
  for (std::uint64_t made = 0; made < count; ++made) {
    if (fork_briefly(end, [](Deadline child_end) { sleep_until(child_end); }) < 0) return;
  }
}

Parameter count_parameter(std::string_view help) {
  return {.name = "count",
          .kind = ParameterKind::count,
          .default_text = "8",
          .help = help,
          .min = 1,
          .max = 16};
}

const FaultRegistry::Registration threads{{
    .name = "thread-bomb",
    .family = "exhaustion",
    .help = "starts threads that nobody needs, all at once",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .aims_at = AimsAt::requests,
    .parameters = {count_parameter("threads"), lasting("150ms")},
    .strike = make_threads,
}};

const FaultRegistry::Registration children{{
    .name = "fork-bomb",
    .family = "exhaustion",
    .help = "forks children that nobody needs, all at once, and reaps none",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .aims_at = AimsAt::requests,
    .parameters = {count_parameter("children"), lasting("150ms")},
    .strike = make_children,
}};

}  // namespace
}  // namespace bulkhead::bombs_fault

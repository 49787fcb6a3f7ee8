// One worker that makes threads or processes without need. What they use up are numbers, which a
// control group counts for all that are in it, so that its limit binds the siblings, too. Without a
// group nothing runs out: the count is low, and they are all gone soon.

#include <system_error>
#include <thread>

#include "runner/faults/brief_child.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/use_up.hpp"
#include "runner/faults/wants_group.hpp"

namespace bulkhead::bombs_fault {
namespace {

/// How many to ask for: twice as many as there are, where their number can be limited.
std::uint64_t limited_count(const Strike& strike) {
  const std::uint64_t count = strike.parameters.count("count");
  const ControlGroup* const group = group_of(strike, Hierarchy::pids);
  if (group == nullptr) return count;
  const auto used = group->number("pids.current");
  return used && group->set("pids.max", *used + count) ? 2 * count : count;
}

/// Nobody joins them: they end by themselves, or with the process.
void make_threads(const Strike& strike) {
  const Deadline end = end_of(strike);
  use_up(limited_count(strike), [end] {
    try {
      std::thread(sleep_until, end).detach();
      return true;
    } catch (const std::system_error&) {
      return false;  // There are no more to be had.
    }
  });
}

/// They stay as zombies until the supervisor takes them over.
void make_children(const Strike& strike) {
  const Deadline end = end_of(strike);
  const auto rest = [](Deadline child_end) { sleep_until(child_end); };
  use_up(limited_count(strike), [=] { return fork_briefly(end, rest) >= 0; });
}

Parameter count_parameter(std::string_view help) {
  return {.name = "count",
          .kind = ParameterKind::count,
          .default_text = "16",
          .help = help,
          .min = 1,
          .max = 16};
}

const FaultRegistry::Registration threads{{
    .name = "thread-bomb",
    .family = "exhaustion",
    .help = "starts threads that nobody needs, all that the control group has left",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::degraded},
    .also = {Outcome::harmless},  // Without a group nobody counts.
    .aims_at = AimsAt::requests,
    .group = Hierarchy::pids,
    .parameters = {count_parameter("threads; where a control group counts them, all that are left"),
                   lasting("150ms")},
    .strike = make_threads,
}};

const FaultRegistry::Registration children{{
    .name = "fork-bomb",
    .family = "exhaustion",
    .help = "forks children that nobody needs, all that the control group has left; reaps none",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::degraded},
    .also = {Outcome::harmless},  // Without a group nobody counts.
    .aims_at = AimsAt::requests,
    .group = Hierarchy::pids,
    .parameters = {count_parameter(
                       "children; where a control group counts them, all that are left"),
                   lasting("150ms")},
    .strike = make_children,
}};

}  // namespace
}  // namespace bulkhead::bombs_fault

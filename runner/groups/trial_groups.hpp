// The control groups of one trial: made before its compartments, which all enter them, and gone
// when it is over, whoever is killed meanwhile. Supervisor and runner stay outside.
//
// A directory outlives its maker, and who is frozen does not die of a signal. So a guard is forked
// first, a process in a session of its own that does nothing but wait for the supervisor's end, by
// whatever cause, and then thaws, kills and removes what is left.
#pragma once

#include <cstdint>
#include <vector>

#include "ipc/clock.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/groups/control_group.hpp"
#include "runner/groups/hierarchy.hpp"
#include "runner/trial/child.hpp"

namespace bulkhead {

class TrialGroups {
 public:
  /// One group in each of these hierarchies that this process may have one in. With none there is
  /// no guard. `trial_end`: until when the supervisor is gone in any case. Throws
  /// std::system_error; nothing is left then.
  TrialGroups(const std::vector<Hierarchy>& wanted, Deadline trial_end);
  ~TrialGroups() { end(); }
  TrialGroups(const TrialGroups&) = delete;
  TrialGroups& operator=(const TrialGroups&) = delete;

  [[nodiscard]] bool any() const noexcept { return !groups_.empty(); }
  /// Moves the calling process, a compartment, into all of them. Throws std::system_error.
  void enter() const;
  /// Null where there is none.
  [[nodiscard]] const ControlGroup* find(Hierarchy hierarchy) const noexcept;
  /// A shared memory file that outlives every worker, for what a fault leaks; -1 without groups.
  [[nodiscard]] int lasting_file() const noexcept { return lasting_file_.get(); }
  /// How many processes the kernel has ended since a group's memory was used up.
  [[nodiscard]] std::uint64_t out_of_memory_kills() const;

  /// Gives back what was leaked, so that whoever needs a page to end well gets it.
  void empty_lasting_file() const noexcept;
  /// Lets everybody run again: before that, SIGKILL does not end them.
  void thaw() const;
  /// Ends whoever is in them, removes them, and ends the guard. At most `end_patience_ns`.
  void end() noexcept;

  static constexpr std::int64_t end_patience_ns = 5 * ns_per_second;

 private:
  void start_guard(Deadline trial_end);

  std::vector<ControlGroup> groups_;
  UniqueFd lasting_file_;
  Child guard_;
};

}  // namespace bulkhead

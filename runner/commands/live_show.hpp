// Shows a run while it runs: the same experiment in all of its modes at once, a lane a worker. For
// a person at a terminal; the numbers that count come from trials of their own, one after another.
#pragma once

#include "runner/commands/terminal.hpp"
#include "runner/plan/plan.hpp"

namespace bulkhead {

/// Whether frames can be drawn over each other there.
[[nodiscard]] bool can_show_live(const StreamFacts& stream, const TerminalEnvironment& environment,
                                 const Plan& plan) noexcept;

/// Runs one trial of each mode of the plan, all at the same time and with the plan's faults, and
/// draws them on standard output until the last has ended; the last picture stays. False: somebody
/// pressed Ctrl-C. No process is left. Throws std::system_error.
[[nodiscard]] bool show_live(const Plan& plan, const RenderStyle& style);

}  // namespace bulkhead

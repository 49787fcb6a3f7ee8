// Why a compartment ended: a fact of the trial, never an error of the tool.
#pragma once

#include <signal.h>

#include <cstdint>
#include <string>

namespace bulkhead {

struct ExitCause {
  enum class Kind {
    finished,       ///< All its workers came to their end and it said so.
    exited,         ///< It left with an exit code before its work was done, 0 included.
    signalled,      ///< A signal that we did not send killed it.
    stopped_by_us,  ///< It was killed because the trial was over.
    stalled,        ///< It was killed because a worker of it stood still.
    recovered,      ///< It was killed because a recovery made it start again.
  };
  Kind kind = Kind::finished;
  int number = 0;              ///< Exit code or signal.
  bool out_of_memory = false;  ///< The kernel chose it, since its control group's was used up.

  /// An unwilling end, before anybody asked for it.
  [[nodiscard]] bool is_death() const noexcept {
    return kind == Kind::exited || kind == Kind::signalled || kind == Kind::stalled;
  }
};

/// Why we sent SIGKILL, if we did.
enum class OurKill { none, trial_over, stall, recovery };

/// From what waitid(2) filled in. `all_done`: every worker of the compartment had marked its end.
/// Pure.
[[nodiscard]] ExitCause exit_cause(const siginfo_t& info, bool all_done, OurKill our_kill) noexcept;

/// "SIGSEGV", "exit 3", "finished", "stopped by us", "stall", "recovery"; realtime signals as
/// "SIGRTMIN+3"; "SIGKILL (out of memory)".
[[nodiscard]] std::string to_text(const ExitCause& cause);

}  // namespace bulkhead

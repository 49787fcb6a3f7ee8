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
  };
  Kind kind = Kind::finished;
  int number = 0;  ///< Exit code or signal.

  /// An unwilling end, before anybody asked for it.
  [[nodiscard]] bool is_death() const noexcept {
    return kind == Kind::exited || kind == Kind::signalled;
  }
};

/// From what waitid(2) filled in. `all_done`: every worker of the compartment had marked its end.
/// `killed_by_us`: we sent SIGKILL before it ended. Pure.
[[nodiscard]] ExitCause exit_cause(const siginfo_t& info, bool all_done,
                                   bool killed_by_us) noexcept;

/// "SIGSEGV", "exit 3", "finished", "stopped by us"; realtime signals as "SIGRTMIN+3".
[[nodiscard]] std::string to_text(const ExitCause& cause);

}  // namespace bulkhead

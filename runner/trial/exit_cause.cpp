#include "runner/trial/exit_cause.hpp"

#include <string.h>

namespace bulkhead {
namespace {

ExitCause::Kind kind_of(OurKill kill) noexcept {
  switch (kill) {
    case OurKill::stall:
      return ExitCause::Kind::stalled;
    case OurKill::recovery:
      return ExitCause::Kind::recovered;
    case OurKill::none:
    case OurKill::trial_over:
      break;
  }
  return ExitCause::Kind::stopped_by_us;
}

}  // namespace

ExitCause exit_cause(const siginfo_t& info, bool all_done, OurKill our_kill) noexcept {
  if (info.si_code == CLD_EXITED) {
    if (info.si_status == 0 && all_done) return {ExitCause::Kind::finished, 0, false};
    return {ExitCause::Kind::exited, info.si_status, false};
  }
  if (our_kill != OurKill::none && info.si_status == SIGKILL) {
    return {kind_of(our_kill), info.si_status, false};
  }
  return {ExitCause::Kind::signalled, info.si_status, false};
}

std::string to_text(const ExitCause& cause) {
  switch (cause.kind) {
    case ExitCause::Kind::finished:
      return "finished";
    case ExitCause::Kind::stopped_by_us:
      return "stopped by us";
    case ExitCause::Kind::stalled:
      return "stall";
    case ExitCause::Kind::recovered:
      return "recovery";
    case ExitCause::Kind::exited:
      return "exit " + std::to_string(cause.number);
    case ExitCause::Kind::signalled:
      break;
  }
  if (cause.out_of_memory) return "SIGKILL (out of memory)";
  // sigabbrev_np knows no realtime signals.
  if (const char* name = sigabbrev_np(cause.number)) return std::string("SIG") + name;
  return "SIGRTMIN+" + std::to_string(cause.number - SIGRTMIN);
}

}  // namespace bulkhead

#include "runner/plan/plan.hpp"

namespace bulkhead {

std::string_view to_text(SpinPolicy spin) noexcept {
  switch (spin) {
    case SpinPolicy::bounded:
      return "bounded";
    case SpinPolicy::pure:
      return "pure";
  }
  return "";
}

std::string_view to_text(PinPolicy pin) noexcept {
  switch (pin) {
    case PinPolicy::spread:
      return "spread";
    case PinPolicy::same:
      return "same";
    case PinPolicy::none:
      return "none";
  }
  return "";
}

std::string_view to_text(LibcState libc) noexcept {
  switch (libc) {
    case LibcState::equal:
      return "equal";
    case LibcState::native:
      return "native";
  }
  return "";
}

std::string_view to_text(RestartPolicy restart) noexcept {
  switch (restart) {
    case RestartPolicy::never:
      return "never";
    case RestartPolicy::one_for_one:
      return "one-for-one";
    case RestartPolicy::one_for_all:
      return "one-for-all";
    case RestartPolicy::rest_for_one:
      return "rest-for-one";
  }
  return "";
}

std::string_view to_text(SharedPolicy shared) noexcept {
  switch (shared) {
    case SharedPolicy::keep:
      return "keep";
    case SharedPolicy::repair:
      return "repair";
    case SharedPolicy::reset:
      return "reset";
  }
  return "";
}

std::string_view to_text(SelfRecovery recovery) noexcept {
  return recovery == SelfRecovery::none ? "none" : "siglongjmp";
}

std::string_view to_text(RunnerPriority priority) noexcept {
  switch (priority) {
    case RunnerPriority::automatic:
      return "auto";
    case RunnerPriority::fifo:
      return "fifo";
    case RunnerPriority::slice:
      return "slice";
    case RunnerPriority::none:
      break;
  }
  return "none";
}

std::string_view to_text(FaultTarget target) noexcept {
  switch (target) {
    case FaultTarget::worker:
      return "worker";
    case FaultTarget::holder:
      return "holder";
    case FaultTarget::waiter:
      return "waiter";
    case FaultTarget::runner:
      break;
  }
  return "runner";
}

std::string_view to_text(TriggerKind kind) noexcept {
  switch (kind) {
    case TriggerKind::operation:
      return "op";
    case TriggerKind::moment:
      return "ms";
    case TriggerKind::in_section:
      return "in-lock";
    case TriggerKind::repair_step:
      return "repair-step";
    case TriggerKind::lock_wait:
      return "lock-wait";
    case TriggerKind::probability:
      return "p";
    case TriggerKind::startup:
      return "in-startup";
    case TriggerKind::before_gate:
      return "before-gate";
    case TriggerKind::on_restart:
      return "on-restart";
    case TriggerKind::at_exit:
      return "at-exit";
  }
  return "";
}

}  // namespace bulkhead

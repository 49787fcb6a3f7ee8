#include "runner/plan/plan.hpp"

namespace bulkhead {

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
  }
  return "";
}

}  // namespace bulkhead

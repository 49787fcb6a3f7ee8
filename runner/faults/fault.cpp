#include "runner/faults/fault.hpp"

namespace bulkhead {

std::string_view to_text(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::harmless:
      return "harmless";
    case Outcome::contained:
      return "contained";
    case Outcome::degraded:
      return "degraded";
    case Outcome::lost_all:
      return "lost all";
    case Outcome::silent:
      return "silent corruption";
    case Outcome::hang:
      break;
  }
  return "hang";
}

}  // namespace bulkhead

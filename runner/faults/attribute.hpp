// What faults that change a setting have in common: nobody dies of them, nobody is told, and
// whoever shares it works on with another one.
#pragma once

#include <string_view>

#include "runner/faults/fault.hpp"

namespace bulkhead {

[[nodiscard]] inline FaultEntry attribute(std::string_view name, std::string_view help,
                                          void (*strike)(const Strike&)) {
  return {.name = name,
          .family = "process-wide state",
          .help = help,
          .ends_as = "nothing",
          .expected = {Outcome::silent, Outcome::harmless},
          .aims_at = AimsAt::settings,
          .strike = strike};
}

}  // namespace bulkhead

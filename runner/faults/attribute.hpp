// What faults that change a setting have in common: nobody dies of them, and nobody is expected to
// notice.
#pragma once

#include <string_view>

#include "runner/faults/fault.hpp"

namespace bulkhead {

[[nodiscard]] inline FaultEntry attribute(std::string_view name, std::string_view help,
                                          void (*strike)(const Strike&),
                                          std::string_view family = "process-wide state") {
  return {.name = name,
          .family = family,
          .help = help,
          .ends_as = "nothing",
          .expected = {Outcome::harmless, Outcome::harmless},
          .strike = strike};
}

}  // namespace bulkhead

// What the demos of the critical section found: sentences chosen by the results. Pure.
#pragma once

#include "runner/commands/prediction.hpp"

namespace bulkhead {

/// `counter` without a lock, then with one.
[[nodiscard]] DemoFinding race_finding(const DemoResults& results);

/// `section` with several locks; which of them kept all three conditions?
[[nodiscard]] DemoFinding critical_section_finding(const DemoResults& results);

/// `section` with an unfair lock, then with a fair one.
[[nodiscard]] DemoFinding bounded_waiting_finding(const DemoResults& results);

/// `bank` whose holder dies, with a lock that is not robust, then with one that is.
[[nodiscard]] DemoFinding holder_death_finding(const DemoResults& results);

}  // namespace bulkhead

// What the demos of the walls' price found: sentences chosen by the results. Pure.
#pragma once

#include "runner/commands/prediction.hpp"

namespace bulkhead {

/// `spawn` of one maker: a thread, a fork, and a fork with much touched memory.
[[nodiscard]] DemoFinding spawn_finding(const DemoResults& results);

/// `ping-pong` as threads and as processes: sleeping on one CPU, then spinning on two.
[[nodiscard]] DemoFinding context_switch_finding(const DemoResults& results);

/// A workload without memory of its own as threads and as processes, then first touches of memory.
[[nodiscard]] DemoFinding memory_finding(const DemoResults& results);

}  // namespace bulkhead

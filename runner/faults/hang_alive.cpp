// A worker that does nothing and says it works: whoever looks at its progress sees it go on. Only
// who counts what has come of the work finds out.

#include <chrono>
#include <thread>

#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"
#include "workloads/worker.hpp"

namespace bulkhead::hang_alive_fault {
namespace {

void strike(const Strike& strike) {
  if (strike.finished == nullptr) return;
  for (const Deadline end = end_of(strike); !end.passed();) {
    strike.finished->fetch_add(1, std::memory_order_relaxed);
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  throw OperationAbandoned{};  // It goes on behind what it has only counted.
}

const FaultRegistry::Registration registered{{
    .name = "hang-alive",
    .family = "silent corruption",
    .help = "counts operations as finished and does none",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    // A workload that keeps no books has nothing to compare the count with.
    .also = {Outcome::harmless},
    .parameters = {lasting("60ms")},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::hang_alive_fault

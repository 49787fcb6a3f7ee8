// The inside of a compartment: one process, T workers. Runs in the child; may die at any instant.
#pragma once

#include <cstdint>
#include <vector>

#include "ipc/clock.hpp"
#include "runner/plan/plan.hpp"
#include "runner/trial/trial_memory.hpp"

namespace bulkhead {

class LiveBoard;
class TrialGroups;

/// What the compartments of a trial are started with; lives in the supervisor, inherited by fork.
struct CompartmentSetup {
  const Plan& plan;
  const Mode& mode;
  TrialMemory& memory;
  std::uint64_t seed;
  std::vector<int> cpus;  ///< Worker i runs on cpus[i % size]; empty: not pinned.
  Deadline gives_up;      ///< When a worker stops waiting for the gate, a lock or leave to go.
  int notice_fd;          ///< An eventfd: "all are ready", "all have ended".
  std::vector<FaultPlan> faults;        ///< Empty in a trial without faults.
  LiveBoard* onlookers = nullptr;       ///< Null: nobody looks on.
  const TrialGroups* groups = nullptr;  ///< What all compartments enter; null: nothing.
};

/// The workers of compartment `index`: [first, first + count).
struct WorkerRange {
  std::uint32_t first;
  std::uint32_t count;
};
[[nodiscard]] WorkerRange workers_of(const Mode& mode, std::uint32_t compartment) noexcept;

/// Starts the compartment's workers, the first on this process's main thread, and returns its exit
/// code when all have ended and may leave.
int compartment_main(const CompartmentSetup& setup, std::uint32_t compartment);

/// A spare process: waits at its place of the spare desk until it is told which compartment to be.
int spare_main(const CompartmentSetup& setup, std::uint32_t number);

}  // namespace bulkhead

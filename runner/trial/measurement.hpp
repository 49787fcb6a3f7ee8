// The measured part of a trial, from the open gate to the end of the last window: warm-up, windows
// and their repeats, faults that wait for their moment, and what the survivors did. Supervisor
// only.
#pragma once

#include <span>

#include "runner/plan/plan.hpp"
#include "runner/trial/compartments.hpp"
#include "runner/trial/record.hpp"
#include "runner/trial/snapshot.hpp"
#include "runner/trial/watch.hpp"

namespace bulkhead {

/// What a trial consists of; everything outlives the measurement.
struct TrialParts {
  const Plan& plan;
  TrialRecord& record;
  Watch& watch;
  TrialMemory& memory;
  const CompartmentSetup& setup;
  Compartments& compartments;
};

class Measurement {
 public:
  explicit Measurement(const TrialParts& parts) : parts_(parts) {}

  /// Just before the gate opens.
  void begin() { before_ = take_snapshot(); }

  /// With the gate open and all workers running. Fills windows, memory and survivors of the record.
  void run();

  /// How long run may take at most. Pure.
  [[nodiscard]] static std::int64_t deadline_ns(const Plan& plan) noexcept;

 private:
  void warm_up();
  bool wait_until_steady(Deadline bound);
  void measure();
  Wake wait_for_window_end();
  bool all_ended();
  void strike_when_due(Deadline window_end);
  void strike(const FaultPlan& fault);
  void note_survivors(const Progress& at_end);
  void choose_window();
  void close_operations_window();
  Snapshot take_snapshot();

  const TrialParts parts_;
  MachineScale scale_ = machine_scale();
  Snapshot before_;
};

}  // namespace bulkhead

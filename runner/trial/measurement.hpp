// The measured part of a trial, from the open gate to the end of the last window: warm-up, windows
// and their repeats, faults that wait for their moment, and what the survivors did. Supervisor
// only.
#pragma once

#include <span>

#include "runner/measure/hardware_counters.hpp"
#include "runner/measure/process_state.hpp"
#include "runner/plan/plan.hpp"
#include "runner/trial/compartments.hpp"
#include "runner/trial/gap_follower.hpp"
#include "runner/trial/progress_series.hpp"
#include "runner/trial/record.hpp"
#include "runner/trial/signs.hpp"
#include "runner/trial/snapshot.hpp"
#include "runner/trial/speed_follower.hpp"
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
  explicit Measurement(const TrialParts& parts)
      : parts_(parts), signs_(parts.setup, parts.compartments) {}

  /// Just before the gate opens.
  void begin();

  /// With the gate open and all workers running. Fills windows, memory and survivors of the record.
  void run();

  /// How long run may take at most. Pure.
  [[nodiscard]] static std::int64_t deadline_ns(const Plan& plan) noexcept;

 private:
  void wait_for_first_operations();
  void warm_up();
  bool wait_until_steady(Deadline bound);
  void measure();
  Wake wait_for_window_end();
  Wake wait_through_faults(Deadline window_end);
  bool all_ended();
  void note_strikes_of_workers();
  void follow_progress();
  [[nodiscard]] std::vector<ProcessState> process_states();
  void note_process_changes(const std::vector<ProcessState>& before);
  void note_survivors(const Progress& at_end);
  void choose_window();
  void close_operations_window();
  Snapshot take_snapshot();

  const TrialParts parts_;
  MachineScale scale_ = machine_scale();
  Snapshot before_;
  HardwareCounters hardware_;
  Signs signs_;
  SpeedFollower speed_;
  GapFollower gaps_;
  ProgressSeries series_{1'000'000};
  std::int64_t slice_ns_ = SpeedFollower::slice_ns;  // Between two looks at the progress.
};

}  // namespace bulkhead

#include "runner/trial/measurement.hpp"

#include <unistd.h>

#include <algorithm>

#include "runner/faults/fault.hpp"
#include "runner/statistics/steady.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t warm_up_slice_ns = 10 * ms;
constexpr std::int64_t before_needed_ns = 20 * ms;  // Shorter, and a rate before says nothing.
constexpr std::uint32_t repeats_at_most = 1;        // Of a disturbed window.

}  // namespace

std::int64_t Measurement::deadline_ns(const Plan& plan) noexcept {
  const std::int64_t windows_ns = plan.extent.operations
                                      ? plan.trial_timeout_ns
                                      : plan.extent.duration_ns * (1 + repeats_at_most);
  return plan.warm_up.at_most_ns + windows_ns;
}

void Measurement::run() {
  if (!parts_.plan.extent.operations) warm_up();
  measure();
}

void Measurement::warm_up() {
  const Deadline bound = Deadline::in(parts_.plan.warm_up.at_most_ns);
  const std::int64_t begun_ns = monotonic_ns();
  if (parts_.plan.warm_up.end == WarmUp::End::fixed) {
    parts_.watch.until(bound, parts_.compartments);
  } else {
    parts_.record.warmed_up = wait_until_steady(bound);
  }
  parts_.record.warm_up_ns = monotonic_ns() - begun_ns;
}

bool Measurement::wait_until_steady(Deadline bound) {
  SteadyDetector detector;
  while (!detector.steady()) {
    if (bound.passed()) return false;
    const Progress before = take_progress(parts_.memory.scoreboard());
    const Wake wake = parts_.watch.until(Deadline::in(warm_up_slice_ns), parts_.compartments);
    if (wake != Wake::deadline) return false;
    const Progress after = take_progress(parts_.memory.scoreboard());
    detector.add(rate_between(before, after));
  }
  return true;
}

void Measurement::measure() {
  // With a fixed amount of work, the window began when the gate opened.
  if (!parts_.plan.extent.operations) before_ = take_snapshot();
  for (std::uint32_t repeat = 0;; ++repeat) {
    const Wake wake = wait_for_window_end();
    const Snapshot after = take_snapshot();
    parts_.record.windows.push_back(window_between(before_, after, scale_));
    if (wake == Wake::interrupted) {
      parts_.record.status = TrialStatus::interrupted;
      parts_.record.reason = "interrupted during the window";
      break;
    }
    note_survivors(after.progress);
    const bool again = parts_.record.windows.back().disturbance.over_limit &&
                       parts_.setup.faults.empty() && !parts_.plan.extent.operations &&
                       wake == Wake::deadline;
    if (!again || repeat == repeats_at_most) break;
    before_ = after;
  }
  choose_window();
  if (parts_.plan.extent.operations) close_operations_window();
  parts_.record.memory = parts_.compartments.memory();
}

Wake Measurement::wait_for_window_end() {
  if (parts_.plan.extent.operations) {
    const Deadline deadline = Deadline::in(parts_.plan.trial_timeout_ns);
    strike_when_due(deadline);
    return parts_.watch.until(deadline, parts_.compartments, [&] { return all_ended(); });
  }
  const Deadline deadline = Deadline::in(parts_.plan.extent.duration_ns);
  strike_when_due(deadline);
  return parts_.watch.until(deadline, parts_.compartments);
}

bool Measurement::all_ended() {
  for (std::uint32_t worker = 0; worker < parts_.plan.worker_count; ++worker) {
    if (!parts_.compartments.has_ended(worker)) return false;
  }
  return true;
}

/// Faults that wait for a moment of the window; those at an operation strike by themselves.
void Measurement::strike_when_due(Deadline window_end) {
  std::vector<FaultPlan> due = parts_.setup.faults;
  std::erase_if(
      due, [](const FaultPlan& fault) { return fault.trigger.kind == TriggerKind::operation; });
  std::sort(due.begin(), due.end(), [](const FaultPlan& left, const FaultPlan& right) {
    return left.trigger.after_ns < right.trigger.after_ns;
  });
  const std::int64_t window_start_ns = monotonic_ns();
  for (const FaultPlan& fault : due) {
    const Deadline moment{std::min(window_start_ns + fault.trigger.after_ns, window_end.at_ns)};
    if (parts_.watch.until(moment, parts_.compartments) != Wake::deadline) return;
    strike(fault);
  }
}

void Measurement::strike(const FaultPlan& fault) {
  WorkerSlot& slot = parts_.memory.scoreboard().slots()[fault.worker];
  const bool from_outside =
      fault.entry->striker == Striker::outside && fault.trigger.kind == TriggerKind::moment;
  if (!from_outside) {
    slot.strike_now.store(1, std::memory_order_relaxed);
    return Scoreboard::call(slot);
  }
  const pid_t process = parts_.compartments.process_of(fault.worker);
  if (process == 0) return;
  parts_.compartments.note_strike_from_outside(fault.worker, monotonic_ns());
  fault.entry->strike({process, static_cast<pid_t>(slot.tid.load(std::memory_order_relaxed))});
}

void Measurement::note_survivors(const Progress& at_end) {
  const Progress& at_death = parts_.compartments.at_first_death();
  if (at_death.finished.empty()) return;
  SurvivorsRecord survivors;
  Progress start = before_.progress, middle = at_death, end = at_end;
  for (std::uint32_t worker = 0; worker < parts_.plan.worker_count; ++worker) {
    if (parts_.compartments.is_survivor(worker)) {
      ++survivors.count;
    } else {
      start.finished[worker] = middle.finished[worker] = end.finished[worker] = 0;
    }
  }
  if (middle.at_ns - start.at_ns >= before_needed_ns) {
    survivors.rate_before = rate_between(start, middle);
  }
  if (end.at_ns > middle.at_ns) survivors.rate_after = rate_between(middle, end);
  parts_.record.survivors = survivors;
}

/// The least disturbed one.
void Measurement::choose_window() {
  const auto best =
      std::min_element(parts_.record.windows.begin(), parts_.record.windows.end(),
                       [](const WindowRecord& left, const WindowRecord& right) {
                         return left.disturbance.others_share + left.disturbance.steal_share <
                                right.disturbance.others_share + right.disturbance.steal_share;
                       });
  parts_.record.chosen_window = static_cast<std::uint32_t>(best - parts_.record.windows.begin());
}

/// With a fixed amount of work, the window ends with the last worker's last operation.
void Measurement::close_operations_window() {
  WindowRecord& window = parts_.record.windows.back();
  if (!all_ended()) {
    parts_.record.status = TrialStatus::failed;
    parts_.record.reason = "the operations were not done in time (--timeout)";
    return;
  }
  std::int64_t last_ns = 0;
  for (const WorkerSlot& slot : parts_.memory.scoreboard().slots()) {
    last_ns = std::max(last_ns, slot.ended_ns.load(std::memory_order_relaxed));
  }
  if (last_ns > window.start_ns && last_ns < window.end_ns) window.end_ns = last_ns;
  window.start_ns = parts_.record.gate_ns;
}

Snapshot Measurement::take_snapshot() {
  Snapshot snapshot;
  parts_.compartments.add_counters(snapshot);
  for (const WorkerSlot& slot : parts_.memory.scoreboard().slots())
    slot.latency.add_to(snapshot.latency);
  const std::int64_t ours_ns = snapshot.cpu_ns + process_cpu_ns(getpid()).value_or(0) +
                               process_cpu_ns(getppid()).value_or(0);
  snapshot.machine = read_machine_load(ours_ns);
  snapshot.progress = take_progress(parts_.memory.scoreboard());
  return snapshot;
}

}  // namespace bulkhead

#include "runner/trial/measurement.hpp"

#include <algorithm>

#include "runner/faults/fault.hpp"
#include "runner/statistics/steady.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t warm_up_slice_ns = 10 * ns_per_ms;
constexpr std::int64_t before_needed_ns =
    20 * ns_per_ms;  // Shorter, and a rate before says nothing.
constexpr std::int64_t first_look_ns = ns_per_ms / 5;
constexpr std::uint32_t repeats_at_most = 1;  // Of a disturbed window.
constexpr std::int64_t looks = 100;           // At the progress, in a window with faults.
constexpr std::int64_t finest_slice_ns = 2 * ns_per_ms;  // More looks would cost what they look at.

}  // namespace

std::int64_t Measurement::deadline_ns(const Plan& plan) noexcept {
  const std::int64_t windows_ns = plan.extent.operations
                                      ? plan.trial_timeout_ns
                                      : plan.extent.duration_ns * (1 + repeats_at_most);
  return plan.start_timeout_ns + plan.warm_up.at_most_ns + windows_ns;
}

void Measurement::begin() {
  parts_.record.idle_memory = parts_.compartments.memory();
  std::vector<pid_t> tasks;
  for (const WorkerSlot& slot : parts_.memory.scoreboard().slots()) {
    tasks.push_back(static_cast<pid_t>(slot.tid.load(std::memory_order_relaxed)));
  }
  // A fault may replace the tasks that are counted; and 0, of one that never came, would be
  // ourselves.
  const bool all_there = std::find(tasks.begin(), tasks.end(), 0) == tasks.end();
  if (parts_.setup.faults.empty() && all_there) hardware_ = HardwareCounters(tasks);
  before_ = take_snapshot();
}

void Measurement::run() {
  if (!parts_.plan.extent.operations) {
    wait_for_first_operations();
    warm_up();
  }
  measure();
}

/// A worker may have memory to lay out behind the gate. Whoever waits for somebody there, hangs or
/// dies is not waited for.
void Measurement::wait_for_first_operations() {
  const auto slots = parts_.memory.scoreboard().slots();
  const auto has_begun = [&](std::uint32_t worker) {
    return slots[worker].first_operation_ns.load(std::memory_order_relaxed) != 0 ||
           slots[worker].waiting.load(std::memory_order_relaxed) != 0 ||
           slots[worker].strikes.load(std::memory_order_relaxed) != 0 ||
           parts_.compartments.has_ended(worker);
  };
  const Deadline bound = Deadline::in(parts_.plan.start_timeout_ns);
  for (std::uint32_t worker = 0; worker < slots.size(); ++worker) {
    while (!has_begun(worker) && !bound.passed()) {
      const Wake wake = parts_.watch.until(Deadline::in(first_look_ns), parts_.compartments);
      if (wake != Wake::deadline) return;
    }
  }
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
  const std::vector<ProcessState> states = process_states();  // Takes time, so not in the window.
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
    note_process_changes(states);
    const bool again = parts_.record.windows.back().disturbance.over_limit &&
                       parts_.setup.faults.empty() && !parts_.plan.extent.operations &&
                       wake == Wake::deadline;
    if (!again || repeat == repeats_at_most) break;
    before_ = after;
  }
  choose_window();
  if (parts_.plan.extent.operations) close_operations_window();
  parts_.record.memory = parts_.compartments.memory();
  parts_.record.progress = series_.points();
}

Wake Measurement::wait_for_window_end() {
  const bool by_work = parts_.plan.extent.operations.has_value();
  const Deadline deadline =
      Deadline::in(by_work ? parts_.plan.trial_timeout_ns : parts_.plan.extent.duration_ns);
  if (!parts_.setup.faults.empty()) return wait_through_faults(deadline);
  return parts_.watch.until(deadline, parts_.compartments, [&] { return by_work && all_ended(); });
}

/// In slices, so that faults get their sign at their moment and the speed can be followed.
Wake Measurement::wait_through_faults(Deadline window_end) {
  signs_.begin(monotonic_ns());
  const bool by_work = parts_.plan.extent.operations.has_value();
  if (!by_work) {
    slice_ns_ = std::clamp(parts_.plan.extent.duration_ns / looks, finest_slice_ns, slice_ns_);
  }
  for (;;) {
    signs_.give_due();
    note_strikes_of_workers();
    follow_progress();
    const Deadline look{
        std::min(window_end.at_ns, monotonic_ns() + signs_.next_look_ns(slice_ns_))};
    const Wake wake =
        parts_.watch.until(look, parts_.compartments, [&] { return by_work && all_ended(); });
    if (wake != Wake::deadline || window_end.passed()) return wake;
  }
}

void Measurement::follow_progress() {
  const Progress now = take_progress(parts_.memory.scoreboard());
  series_.add(now.at_ns - before_.progress.at_ns, operations_between(before_.progress, now));
  const bool struck = !parts_.compartments.at_first_fault().finished.empty();
  if (struck) gaps_.add(now);
  speed_.add(now, struck);
  parts_.record.back_to_speed_ns = speed_.back_ns();
}

/// A worker strikes by itself at an operation or by chance, and may live on.
void Measurement::note_strikes_of_workers() {
  for (const WorkerSlot& slot : parts_.memory.scoreboard().slots()) {
    if (slot.strikes.load(std::memory_order_relaxed) == 0) continue;
    return parts_.compartments.note_first_fault();
  }
}

bool Measurement::all_ended() {
  for (std::uint32_t worker = 0; worker < parts_.plan.worker_count; ++worker) {
    if (!parts_.compartments.has_ended(worker)) return false;
  }
  return true;
}

/// Of every worker; none in a trial without faults.
std::vector<ProcessState> Measurement::process_states() {
  std::vector<ProcessState> states;
  if (parts_.setup.faults.empty()) return states;
  const auto slots = parts_.memory.scoreboard().slots();
  for (std::uint32_t worker = 0; worker < parts_.plan.worker_count; ++worker) {
    const pid_t process = parts_.compartments.process_of(worker);
    const auto thread = static_cast<pid_t>(slots[worker].tid.load(std::memory_order_relaxed));
    states.push_back(process == 0 ? ProcessState() : read_process_state(process, thread));
  }
  return states;
}

void Measurement::note_process_changes(const std::vector<ProcessState>& before) {
  const std::vector<ProcessState> now = process_states();
  for (std::size_t worker = 0; worker < now.size(); ++worker) {
    parts_.record.process_changes.push_back(changed_attributes(before[worker], now[worker]));
  }
}

void Measurement::note_survivors(const Progress& at_end) {
  const Progress& at_fault = parts_.compartments.at_first_fault();
  if (at_fault.finished.empty() || at_end.at_ns <= at_fault.at_ns) return;
  SurvivorsRecord survivors;
  gaps_.add(at_end);
  Progress before = before_.progress, start = at_fault, end = at_end;
  const auto slots = parts_.memory.scoreboard().slots();
  for (std::uint32_t worker = 0; worker < parts_.plan.worker_count; ++worker) {
    if (parts_.compartments.is_survivor(worker) &&
        slots[worker].strikes.load(std::memory_order_relaxed) == 0) {
      ++survivors.count;
      survivors.longest_gap_ns = std::max(survivors.longest_gap_ns, gaps_.longest_ns(worker));
    } else {
      before.finished[worker] = start.finished[worker] = end.finished[worker] = 0;
    }
  }
  survivors.rate = rate_between(start, end);
  if (start.at_ns - before.at_ns >= before_needed_ns) {
    survivors.rate_before = rate_between(before, start);
  }
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
  std::int64_t ours_ns = snapshot.cpu_ns + process_cpu_ns(getpid()).value_or(0) +
                         process_cpu_ns(getppid()).value_or(0);
  for (const pid_t helper : parts_.memory.workload().helpers()) {
    ours_ns += process_cpu_ns(helper).value_or(0);
  }
  snapshot.machine = read_machine_load(ours_ns);
  snapshot.hardware = hardware_.read();
  snapshot.progress = take_progress(parts_.memory.scoreboard());
  return snapshot;
}

}  // namespace bulkhead

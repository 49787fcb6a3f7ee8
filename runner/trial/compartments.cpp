#include "runner/trial/compartments.hpp"

#include <string.h>

#include <algorithm>

namespace bulkhead {
namespace {

std::int64_t to_ns(const timeval& time) {
  return std::int64_t{time.tv_sec} * ns_per_second + std::int64_t{time.tv_usec} * 1000;
}

bool came_to_its_end(const WorkerSlot& slot) {
  // Acquire: see the reason with the state.
  const WorkerState state = slot.state.load(std::memory_order_acquire);
  return state == WorkerState::done || state == WorkerState::failed;
}

constexpr Deadline at_once{0};

}  // namespace

Compartments::Compartments(const CompartmentSetup& setup)
    : setup_(setup), entries_(setup.mode.compartments), workers_(setup.mode.worker_count()) {}

WorkerRange Compartments::range(std::uint32_t compartment) const noexcept {
  return workers_of(setup_.mode, compartment);
}

WorkerSlot& Compartments::slot(std::uint32_t worker) const noexcept {
  return setup_.memory.scoreboard().slots()[worker];
}

void Compartments::start_all() {
  for (std::uint32_t compartment = 0; compartment < entries_.size(); ++compartment) {
    start(compartment);
  }
}

void Compartments::start(std::uint32_t compartment) {
  slot(range(compartment).first).created_ns.store(monotonic_ns(), std::memory_order_relaxed);
  entries_[compartment].child = Child::start([&] { return compartment_main(setup_, compartment); });
}

std::uint32_t Compartments::alive_count() const noexcept {
  return static_cast<std::uint32_t>(std::count_if(
      entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.child.exists(); }));
}

void Compartments::add_pollfds(std::vector<pollfd>& fds) const {
  for (const Entry& entry : entries_) {
    if (entry.child.exists()) fds.push_back({entry.child.pidfd(), POLLIN, 0});
  }
}

void Compartments::reap_ended() {
  const std::int64_t noticed_ns = monotonic_ns();
  for (std::uint32_t compartment = 0; compartment < entries_.size(); ++compartment) {
    Child& child = entries_[compartment].child;
    if (!child.exists()) continue;
    if (const auto end = child.reap(at_once)) on_end(compartment, *end, noticed_ns);
  }
}

void Compartments::on_end(std::uint32_t compartment, const ChildEnd& end, std::int64_t noticed_ns) {
  gone_cpu_ns_ += to_ns(end.used.ru_utime) + to_ns(end.used.ru_stime);
  gone_tasks_ += {static_cast<std::uint64_t>(end.used.ru_nvcsw),
                  static_cast<std::uint64_t>(end.used.ru_nivcsw),
                  static_cast<std::uint64_t>(end.used.ru_minflt), 0};
  bool all_ended = true;
  for (std::uint32_t index = 0; index < range(compartment).count; ++index) {
    all_ended = all_ended && came_to_its_end(slot(range(compartment).first + index));
  }
  const ExitCause cause = exit_cause(end.info, all_ended, entries_[compartment].killed_by_us);
  settle_recovery(compartment);
  if (cause.is_death()) return record_death(compartment, cause, noticed_ns);
  for (std::uint32_t index = 0; index < range(compartment).count; ++index) {
    close_worker(range(compartment).first + index, false);
  }
}

void Compartments::record_death(std::uint32_t compartment, const ExitCause& cause,
                                std::int64_t noticed_ns) {
  if (deaths_.empty()) at_first_death_ = take_progress(setup_.memory.scoreboard());
  DeathRecord death;
  death.compartment = compartment;
  death.cause = cause;
  death.noticed_ns = noticed_ns;
  death.struck_ns = strike_in(compartment);
  for (std::uint32_t index = 0; index < range(compartment).count; ++index) {
    close_worker(range(compartment).first + index, true);
  }
  const bool wanted = setup_.plan.restart == RestartPolicy::one_for_one && !expecting_ends_;
  const bool allowed = wanted && entries_[compartment].budget.spend(noticed_ns);
  gave_up_restarting_ = gave_up_restarting_ || (wanted && !allowed);
  death.restarted = allowed;
  deaths_.push_back(death);
  if (allowed) restart(compartment);
}

std::int64_t Compartments::strike_in(std::uint32_t compartment) const noexcept {
  std::int64_t struck_ns = entries_[compartment].struck_from_outside_ns;
  for (std::uint32_t index = 0; index < range(compartment).count; ++index) {
    struck_ns =
        std::max(struck_ns,
                 slot(range(compartment).first + index).struck_ns.load(std::memory_order_relaxed));
  }
  return struck_ns;
}

void Compartments::close_worker(std::uint32_t worker, bool died) {
  WorkerRecord& record = workers_[worker];
  if (slot(worker).in_operation.exchange(0, std::memory_order_relaxed) != 0) ++record.interrupted;
  if (died && !came_to_its_end(slot(worker))) ++record.deaths;
  record.waiting_at_end = !died && !came_to_its_end(slot(worker)) &&
                          slot(worker).waiting.load(std::memory_order_relaxed) != 0;
}

void Compartments::restart(std::uint32_t compartment) {
  Entry& entry = entries_[compartment];
  entry.recovering_from = static_cast<int>(deaths_.size()) - 1;
  entry.struck_from_outside_ns = 0;
  const WorkerRange workers = range(compartment);
  for (std::uint32_t worker = workers.first; worker < workers.first + workers.count; ++worker) {
    note_start(worker);
    WorkerRecord& record = workers_[worker];
    record.redone = record.interrupted;  // The replacement begins with the unit in work.
    WorkerSlot& fresh = slot(worker);
    fresh.generation.fetch_add(1, std::memory_order_relaxed);
    fresh.strike_now.store(0, std::memory_order_relaxed);
    fresh.waiting.store(0, std::memory_order_relaxed);
    fresh.first_operation_ns.store(0, std::memory_order_relaxed);
    fresh.struck_ns.store(0, std::memory_order_relaxed);
    fresh.state.store(WorkerState::empty, std::memory_order_relaxed);
  }
  start(compartment);
  ++restarts_;
}

void Compartments::settle_recovery(std::uint32_t compartment) {
  Entry& entry = entries_[compartment];
  if (entry.recovering_from < 0) return;
  std::int64_t last_ns = 0;
  const WorkerRange workers = range(compartment);
  for (std::uint32_t worker = workers.first; worker < workers.first + workers.count; ++worker) {
    const std::int64_t first_ns = slot(worker).first_operation_ns.load(std::memory_order_relaxed);
    if (first_ns == 0) {
      last_ns = 0;
      break;
    }
    last_ns = std::max(last_ns, first_ns);
  }
  deaths_[static_cast<std::size_t>(entry.recovering_from)].recovered_ns = last_ns;
  entry.recovering_from = -1;
}

std::uint32_t Compartments::kill_all() noexcept {
  std::uint32_t killed = 0;
  for (Entry& entry : entries_) {
    if (!entry.child.exists()) continue;
    entry.killed_by_us = true;
    entry.child.signal(SIGKILL);
    ++killed;
  }
  return killed;
}

void Compartments::add_counters(Snapshot& snapshot) const {
  snapshot.tasks = gone_tasks_;
  snapshot.cpu_ns = gone_cpu_ns_;
  for (std::uint32_t compartment = 0; compartment < entries_.size(); ++compartment) {
    const Child& child = entries_[compartment].child;
    if (!child.exists()) continue;
    snapshot.cpu_ns += process_cpu_ns(child.pid()).value_or(0);
    const WorkerRange workers = range(compartment);
    for (std::uint32_t worker = workers.first; worker < workers.first + workers.count; ++worker) {
      const std::uint32_t tid = slot(worker).tid.load(std::memory_order_relaxed);
      snapshot.tasks += read_task_counters(child.pid(), static_cast<pid_t>(tid));
    }
  }
}

MemoryRecord Compartments::memory() const {
  MemoryRecord memory;
  for (const Entry& entry : entries_) {
    if (entry.child.exists()) add_process_memory(entry.child.pid(), memory);
  }
  return memory;
}

pid_t Compartments::process_of(std::uint32_t worker) const noexcept {
  const Child& child = entries_[worker / setup_.mode.workers_each].child;
  return child.exists() ? child.pid() : 0;
}

bool Compartments::has_ended(std::uint32_t worker) const noexcept {
  return came_to_its_end(slot(worker)) || process_of(worker) == 0;
}

bool Compartments::is_survivor(std::uint32_t worker) const noexcept {
  return workers_[worker].deaths == 0 && process_of(worker) != 0;
}

void Compartments::note_strike_from_outside(std::uint32_t worker, std::int64_t at_ns) noexcept {
  entries_[worker / setup_.mode.workers_each].struck_from_outside_ns = at_ns;
}

void Compartments::note_start(std::uint32_t worker) {
  const WorkerSlot& from = slot(worker);
  if (workers_[worker].start_ns != 0 || from.generation.load(std::memory_order_relaxed) != 0) {
    return;
  }
  const std::int64_t created_ns = from.created_ns.load(std::memory_order_relaxed);
  const std::int64_t ready_ns = from.ready_ns.load(std::memory_order_relaxed);
  const std::int64_t first_ns = from.first_operation_ns.load(std::memory_order_relaxed);
  if (gate_ns_ == 0 || first_ns < gate_ns_ || ready_ns < created_ns) return;
  workers_[worker].gate_to_first_ns = first_ns - gate_ns_;
  workers_[worker].start_ns = ready_ns - created_ns + first_ns - gate_ns_;
}

void Compartments::fill(TrialRecord& record) {
  for (std::uint32_t worker = 0; worker < workers_.size(); ++worker) {
    settle_recovery(worker / setup_.mode.workers_each);
    note_start(worker);
    const WorkerSlot& from = slot(worker);
    WorkerRecord& to = workers_[worker];
    to.compartment = worker / setup_.mode.workers_each;
    to.finished = from.finished.load(std::memory_order_relaxed);
    to.contended = from.contended.load(std::memory_order_relaxed);
    to.repairs = from.repairs.load(std::memory_order_relaxed);
    to.abandoned = from.abandoned.load(std::memory_order_relaxed);
    to.ended_well = from.state.load(std::memory_order_acquire) == WorkerState::done;
    to.canary_broken = from.canary_broken.load(std::memory_order_relaxed) != 0;
    to.saw_shared_object = from.witness.load(std::memory_order_relaxed) ==
                           setup_.memory.witness().nonce.load(std::memory_order_relaxed);
    if (from.state.load(std::memory_order_acquire) == WorkerState::failed) {
      to.failure.assign(from.reason, strnlen(from.reason, sizeof from.reason));
    }
  }
  record.workers = workers_;
  record.deaths = deaths_;
  record.restarts = restarts_;
  record.gave_up_restarting = gave_up_restarting_;
}

}  // namespace bulkhead

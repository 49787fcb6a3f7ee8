#include "runner/trial/compartments.hpp"

#include <string.h>

#include <algorithm>

#include "runner/trial/live_board.hpp"

namespace bulkhead {

Compartments::Compartments(const CompartmentSetup& setup)
    : setup_(setup),
      entries_(setup.mode.compartments),
      stalls_(setup.mode.worker_count(), setup.faults.empty() ? 0 : setup.plan.stall_timeout_ns),
      workers_(setup.mode.worker_count()),
      in_work_(setup.mode.worker_count()) {
  for (Entry& entry : entries_) entry.budget = RestartBudget(setup.plan.restart_limits);
}

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
  if (!setup_.faults.empty()) spares_.start(setup_, setup_.plan.spares);
}

void Compartments::start(std::uint32_t compartment) {
  slot(range(compartment).first).created_ns.store(monotonic_ns(), std::memory_order_relaxed);
  Entry& entry = entries_[compartment];
  entry.our_kill = OurKill::none;
  entry.child = spares_.take(compartment);  // None before all have started.
  if (entry.child.exists()) return;
  entry.child = Child::start([&] { return compartment_main(setup_, compartment); });
}

std::uint32_t Compartments::alive_count() const noexcept {
  return static_cast<std::uint32_t>(std::count_if(
      entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.child.exists(); }));
}

bool Compartments::any_left() const noexcept {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.child.exists() || entry.due_ns != 0; });
}

void Compartments::add_pollfds(std::vector<pollfd>& fds) const {
  for (const Entry& entry : entries_) {
    if (entry.child.exists()) fds.push_back({entry.child.pidfd(), POLLIN, 0});
  }
}

void Compartments::tend() {
  reap_ended();
  end_stalled();
  start_due();
  if (setup_.onlookers != nullptr) setup_.onlookers->post(setup_.memory.scoreboard(), *this);
}

std::int64_t Compartments::next_due_ns() const noexcept {
  std::int64_t next_ns = 0;
  for (const Entry& entry : entries_) {
    if (entry.due_ns == 0 || entry.child.exists()) continue;
    next_ns = next_ns == 0 ? entry.due_ns : std::min(next_ns, entry.due_ns);
  }
  return next_ns;
}

void Compartments::reap_ended() {
  const std::int64_t noticed_ns = monotonic_ns();
  for (std::uint32_t compartment = 0; compartment < entries_.size(); ++compartment) {
    Child& child = entries_[compartment].child;
    if (!child.exists()) continue;
    if (const auto end = child.reap(Deadline::at_once())) on_end(compartment, *end, noticed_ns);
  }
}

void Compartments::end_stalled() {
  if (expecting_ends_ || gate_ns_ == 0 || !stalls_.looks()) return;
  std::vector<Beat> beats;
  beats.reserve(workers_.size());
  for (std::uint32_t worker = 0; worker < workers_.size(); ++worker) {
    const WorkerSlot& from = slot(worker);
    const auto state = from.state.load(std::memory_order_relaxed);
    const std::uint32_t tid = from.tid.load(std::memory_order_relaxed);
    beats.push_back({from.finished.load(std::memory_order_relaxed) +
                         from.generation.load(std::memory_order_relaxed) +
                         static_cast<std::uint64_t>(state),
                     !from.ended() && process_of(worker) != 0,
                     from.waiting.load(std::memory_order_relaxed) != 0 &&
                         !entries_[worker / setup_.mode.workers_each].child.is_stopped(),
                     setup_.memory.is_lock_held_by(worker, tid)});
  }
  const std::int64_t now_ns = monotonic_ns();
  for (const std::uint32_t worker : stalls_.look(now_ns, beats)) {
    const std::uint32_t compartment = worker / setup_.mode.workers_each;
    entries_[compartment].stalled_ns = now_ns;
    end(compartment, OurKill::stall);
  }
}

void Compartments::end_late_comers() {
  for (std::uint32_t worker = 0; worker < workers_.size(); ++worker) {
    if (slot(worker).state.load(std::memory_order_relaxed) == WorkerState::ready) continue;
    const std::uint32_t compartment = worker / setup_.mode.workers_each;
    if (!entries_[compartment].child.exists()) continue;
    entries_[compartment].stalled_ns = monotonic_ns();
    end(compartment, OurKill::stall);
  }
}

void Compartments::end(std::uint32_t compartment, OurKill why) noexcept {
  Entry& entry = entries_[compartment];
  if (!entry.child.exists() || entry.our_kill != OurKill::none) return;
  entry.our_kill = why;
  entry.child.signal(SIGKILL);
}

void Compartments::start_due() {
  if (expecting_ends_) return;
  // Whatever starts again together waits until the last of it is gone.
  for (const Entry& entry : entries_) {
    if (entry.due_ns != 0 && entry.child.exists()) return;
  }
  const std::int64_t now_ns = monotonic_ns();
  if (reset_wanted_) {
    if (next_due_ns() == 0 || next_due_ns() > now_ns) return;
    reset_wanted_ = false;
    setup_.memory.reset();
    ++resets_;
    // All units begin again, whatever was in work.
    for (std::uint32_t worker = 0; worker < workers_.size(); ++worker) {
      workers_[worker].redone += in_work_[worker] ? 1 : 0;
      in_work_[worker].reset();
    }
  }
  for (std::uint32_t compartment = 0; compartment < entries_.size(); ++compartment) {
    Entry& entry = entries_[compartment];
    if (entry.due_ns == 0 || entry.due_ns > now_ns) continue;
    entry.due_ns = 0;
    prepare_replacement(compartment);
    start(compartment);
    ++restarts_;
  }
}

void Compartments::on_end(std::uint32_t compartment, const ChildEnd& end, std::int64_t noticed_ns) {
  gone_cpu_ns_ += end.cpu_ns();
  gone_tasks_ += counters_of(end.used);
  const WorkerRange workers = range(compartment);
  const auto slots = setup_.memory.scoreboard().slots().subspan(workers.first, workers.count);
  const bool all_ended =
      std::all_of(slots.begin(), slots.end(), [](const WorkerSlot& one) { return one.ended(); });
  const ExitCause cause = exit_cause(end.info, all_ended, entries_[compartment].our_kill);
  settle_recovery(compartment);
  if (cause.is_death()) {
    record_death(compartment, cause, noticed_ns);
  } else {
    close_workers(compartment, cause);
  }
  const bool gone = is_gone_for_good(workers.first);
  for (WorkerSlot& one : slots) one.gone.store(gone ? 1 : 0, std::memory_order_relaxed);
}

void Compartments::record_death(std::uint32_t compartment, const ExitCause& cause,
                                std::int64_t noticed_ns) {
  note_first_fault();
  const bool stalled = cause.kind == ExitCause::Kind::stalled;
  DeathRecord death;
  death.compartment = compartment;
  death.cause = cause;
  death.noticed_ns = stalled ? entries_[compartment].stalled_ns : noticed_ns;
  death.struck_ns = strike_in(compartment);
  crashes_.add(setup_.memory.crash_reports(), range(compartment), cause);
  close_workers(compartment, cause);
  if (setup_.plan.restart != RestartPolicy::never && !expecting_ends_) {
    plan_restart(compartment, death);
  }
  deaths_.push_back(death);
}

void Compartments::note_first_fault() {
  if (at_first_fault_.finished.empty()) {
    at_first_fault_ = take_progress(setup_.memory.scoreboard());
  }
}

void Compartments::plan_restart(std::uint32_t compartment, DeathRecord& death) {
  const auto due_ns = entries_[compartment].budget.next_start_ns(death.noticed_ns);
  if (!due_ns) {
    gave_up_restarting_ = true;
    return;
  }
  death.restarted = true;
  const bool reset = setup_.plan.shared == SharedPolicy::reset;
  reset_wanted_ = reset_wanted_ || reset;
  const RestartPolicy policy = reset ? RestartPolicy::one_for_all : setup_.plan.restart;
  for (std::uint32_t other = 0; other < entries_.size(); ++other) {
    Entry& entry = entries_[other];
    // One that was given up stays so.
    const bool is_there = entry.child.exists() || entry.due_ns != 0 || other == compartment;
    if (!is_there || !restarts_with(policy, compartment, other)) continue;
    end(other, OurKill::recovery);  // The dead one is reaped already.
    entry.due_ns = std::max(entry.due_ns, *due_ns);
    entry.recovering_from = static_cast<int>(deaths_.size());
  }
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

void Compartments::close_workers(std::uint32_t compartment, const ExitCause& cause) {
  const WorkerRange workers = range(compartment);
  for (std::uint32_t worker = workers.first; worker < workers.first + workers.count; ++worker) {
    WorkerSlot& from = slot(worker);
    WorkerRecord& record = workers_[worker];
    const bool ended = from.ended();
    settle_interrupted(worker);
    if (from.in_operation.exchange(0, std::memory_order_relaxed) != 0 && !in_work_[worker]) {
      ++record.interrupted;
      in_work_[worker] = from.finished.load(std::memory_order_relaxed);
    }
    if (cause.is_death() && !ended) ++record.deaths;
    if (cause.kind == ExitCause::Kind::recovered && !ended) ++record.stopped;
    record.waiting_at_end = !cause.is_death() && !ended &&
                            cause.kind != ExitCause::Kind::recovered &&
                            from.waiting.load(std::memory_order_relaxed) != 0;
    // A worker may die when the others have just been told to end. Whom we ended ourselves for
    // good, nobody comes after.
    const bool is_repaired = setup_.plan.shared == SharedPolicy::repair && !ended &&
                             cause.kind != ExitCause::Kind::stopped_by_us;
    if (is_repaired && setup_.memory.recover_from(worker)) ++repairs_;
    from.own_memory.store(nullptr, std::memory_order_relaxed);
  }
}

/// A replacement begins with the unit in work; it is redone when that one is finished.
void Compartments::settle_interrupted(std::uint32_t worker) {
  const std::uint64_t finished = slot(worker).finished.load(std::memory_order_relaxed);
  if (!in_work_[worker] || finished <= *in_work_[worker]) return;
  ++workers_[worker].redone;
  in_work_[worker].reset();
}

void Compartments::prepare_replacement(std::uint32_t compartment) {
  Entry& entry = entries_[compartment];
  entry.struck_from_outside_ns = 0;
  entry.stalled_ns = 0;
  const WorkerRange workers = range(compartment);
  for (std::uint32_t worker = workers.first; worker < workers.first + workers.count; ++worker) {
    note_start(worker);
    WorkerSlot& fresh = slot(worker);
    fresh.generation.fetch_add(1, std::memory_order_relaxed);
    fresh.strike_now.store(0, std::memory_order_relaxed);
    fresh.waiting.store(0, std::memory_order_relaxed);
    fresh.first_operation_ns.store(0, std::memory_order_relaxed);
    fresh.struck_ns.store(0, std::memory_order_relaxed);
    fresh.state.store(WorkerState::empty, std::memory_order_relaxed);
  }
}

void Compartments::settle_recovery(std::uint32_t compartment) {
  Entry& entry = entries_[compartment];
  if (entry.recovering_from < 0) return;
  std::int64_t last_ns = 0;
  const WorkerRange workers = range(compartment);
  for (std::uint32_t worker = workers.first; worker < workers.first + workers.count; ++worker) {
    const std::int64_t first_ns = slot(worker).first_operation_ns.load(std::memory_order_relaxed);
    // One that has not begun yet: the compartment has not recovered.
    last_ns = first_ns == 0 || last_ns < 0 ? -1 : std::max(last_ns, first_ns);
  }
  DeathRecord& death = deaths_[static_cast<std::size_t>(entry.recovering_from)];
  death.recovered_ns = last_ns > death.noticed_ns ? last_ns : 0;  // Older is the dead one's own.
  entry.recovering_from = -1;
}

std::uint32_t Compartments::kill_all() noexcept {
  std::uint32_t killed = 0;
  for (std::uint32_t compartment = 0; compartment < entries_.size(); ++compartment) {
    if (!entries_[compartment].child.exists()) continue;
    end(compartment, OurKill::trial_over);
    ++killed;
  }
  return killed;
}

void Compartments::add_counters(Snapshot& snapshot) const {
  snapshot.tasks = gone_tasks_;
  snapshot.cpu_ns = gone_cpu_ns_;
  const auto ask = setup_.cpus.empty() ? AskMigrations::yes : AskMigrations::no;
  for (std::uint32_t compartment = 0; compartment < entries_.size(); ++compartment) {
    const Child& child = entries_[compartment].child;
    if (!child.exists()) continue;
    snapshot.cpu_ns += process_cpu_ns(child.pid()).value_or(0);
    const WorkerRange workers = range(compartment);
    for (std::uint32_t worker = workers.first; worker < workers.first + workers.count; ++worker) {
      const std::uint32_t tid = slot(worker).tid.load(std::memory_order_relaxed);
      snapshot.tasks += read_task_counters(child.pid(), static_cast<pid_t>(tid), ask);
    }
  }
}

MemoryRecord Compartments::memory() const {
  MemoryRecord memory;
  for (const Entry& entry : entries_) {
    if (entry.child.exists()) add_process_memory(entry.child.pid(), memory);
  }
  spares_.add_memory(memory);
  return memory;
}

pid_t Compartments::process_of(std::uint32_t worker) const noexcept {
  const Child& child = entries_[worker / setup_.mode.workers_each].child;
  return child.exists() ? child.pid() : 0;
}

bool Compartments::is_gone_for_good(std::uint32_t worker) const noexcept {
  const Entry& entry = entries_[worker / setup_.mode.workers_each];
  return !entry.child.exists() && entry.due_ns == 0;
}

bool Compartments::has_ended(std::uint32_t worker) const noexcept {
  return slot(worker).ended() || is_gone_for_good(worker);
}

bool Compartments::is_survivor(std::uint32_t worker) const noexcept {
  const WorkerRecord& record = workers_[worker];
  const bool is_ending = entries_[worker / setup_.mode.workers_each].due_ns != 0;
  return record.deaths == 0 && record.stopped == 0 && process_of(worker) != 0 && !is_ending;
}

void Compartments::note_strike_from_outside(std::uint32_t worker, std::int64_t at_ns) noexcept {
  entries_[worker / setup_.mode.workers_each].struck_from_outside_ns = at_ns;
  if (struck_ns_ == 0) struck_ns_ = at_ns;
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
    if (process_of(worker) != 0 || entries_[worker / setup_.mode.workers_each].due_ns == 0) {
      settle_recovery(worker / setup_.mode.workers_each);
    }
    note_start(worker);
    settle_interrupted(worker);
    const WorkerSlot& from = slot(worker);
    WorkerRecord& to = workers_[worker];
    to.compartment = worker / setup_.mode.workers_each;
    to.finished = from.finished.load(std::memory_order_relaxed);
    to.thrown_away = from.before_reset.load(std::memory_order_relaxed);
    to.strikes = from.strikes.load(std::memory_order_relaxed);
    to.contended = from.contended.load(std::memory_order_relaxed);
    to.repairs = from.repairs.load(std::memory_order_relaxed);
    to.half_done = from.half_done.load(std::memory_order_relaxed);
    to.caught = from.caught.load(std::memory_order_relaxed);
    to.abandoned = from.abandoned.load(std::memory_order_relaxed);
    to.ended_well = from.state.load(std::memory_order_acquire) == WorkerState::done;
    to.canary_broken = from.canary_broken.load(std::memory_order_relaxed) != 0;
    to.saw_shared_object = from.witness.load(std::memory_order_relaxed) ==
                           setup_.memory.witness().nonce.load(std::memory_order_relaxed);
    if (from.state.load(std::memory_order_acquire) == WorkerState::failed) {
      to.failure.assign(from.reason, strnlen(from.reason, sizeof from.reason));
    }
  }
  crashes_.fill(deaths_, setup_.memory.arena_bytes());
  record.workers = workers_;
  record.deaths = deaths_;
  record.restarts = restarts_;
  record.resets = resets_;
  record.supervisor_repairs = repairs_;
  record.spares_taken = spares_.taken();
  record.gave_up_restarting = gave_up_restarting_;
}

}  // namespace bulkhead

#include "runner/trial/compartments.hpp"

#include <algorithm>

#include "runner/groups/trial_groups.hpp"
#include "runner/trial/live_board.hpp"
#include "runner/trial/own_pages.hpp"
#include "runner/trial/strikes.hpp"

namespace bulkhead {
namespace {

// SIGKILL takes a process with much memory some tens of milliseconds, and longer on busy CPUs.
constexpr std::int64_t usual_kill_ns = 400 * ns_per_ms;

}  // namespace

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
  if (!setup_.faults.empty()) CrashHandler::listen(setup_.plan.recover);
  for (std::uint32_t compartment = 0; compartment < entries_.size(); ++compartment) {
    start(compartment);
  }
  if (setup_.faults.empty()) return;
  spares_.start(setup_, setup_.plan.spares);
  make_ready();
}

/// Has in its own memory what it writes to after a death.
void Compartments::make_ready() {
  constexpr std::size_t usual_deaths = 8;
  constexpr std::size_t stack_bytes = std::size_t{16} << 10;
  deaths_.reserve(usual_deaths);
  crashes_.make_ready(usual_deaths);
  for (Entry& entry : entries_) entry.budget.make_ready();
  take_back_pages(deaths_);
  take_back_pages(entries_);
  take_back_pages(workers_);
  take_back_pages(in_work_);
  const auto* here = static_cast<const char*>(__builtin_frame_address(0));
  take_back_pages(here - stack_bytes, 2 * stack_bytes);
}

void Compartments::start(std::uint32_t compartment) {
  slot(range(compartment).first).created_ns.store(monotonic_ns(), std::memory_order_relaxed);
  Entry& entry = entries_[compartment];
  entry.our_kill = OurKill::none;
  entry.outlived_kill = false;
  entry.child = spares_.take(compartment);  // None before all have started.
  if (entry.child.exists()) return;
  entry.child = Child::start([&] { return compartment_main(setup_, compartment); });
}

std::uint32_t Compartments::alive_count() const noexcept {
  return static_cast<std::uint32_t>(std::count_if(
      entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.child.exists(); }));
}

bool Compartments::any_left() const noexcept {
  return next_due_ns() != 0 || alive_count() != 0;
}

void Compartments::add_pollfds(std::vector<pollfd>& fds) const {
  for (const Entry& entry : entries_) {
    if (entry.child.exists()) fds.push_back({entry.child.pidfd(), POLLIN, 0});
  }
}

void Compartments::tend() {
  reap_ended();
  note_outliving();
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

/// Nothing takes such a one's place: it may go on some time, with the number and the locks it has.
void Compartments::note_outliving() noexcept {
  const std::int64_t long_ago_ns = monotonic_ns() - usual_kill_ns;
  for (Entry& entry : entries_) {
    const bool is_killed = entry.child.exists() && entry.our_kill != OurKill::none;
    if (!is_killed || entry.outlived_kill || entry.killed_ns > long_ago_ns) continue;
    entry.outlived_kill = true;
    ++outlived_kill_;
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
  excuse_duets(beats);
  const std::int64_t now_ns = monotonic_ns();
  const auto use_of = [&](std::uint32_t worker) {
    return read_cpu_use(process_of(worker),
                        static_cast<pid_t>(slot(worker).tid.load(std::memory_order_relaxed)));
  };
  for (const std::uint32_t worker : stalls_.look(now_ns, beats, use_of)) {
    const std::uint32_t compartment = worker / setup_.mode.workers_each;
    entries_[compartment].stalled_ns = now_ns;
    end(compartment, OurKill::stall);
  }
}

/// Who waits for a lock of the stage is not to blame for it, but of two who wait for each other one
/// has to be.
void Compartments::excuse_duets(std::vector<Beat>& beats) const {
  if (!setup_.memory.stages().any()) return;
  for (std::size_t index = 0; index < setup_.faults.size(); ++index) {
    const Stage* stage = setup_.memory.stages().of(index);
    const auto second = partner_of(setup_.faults[index], setup_.plan.worker_count);
    if (stage == nullptr || !second) continue;
    const std::uint32_t first = setup_.faults[index].worker;
    const bool cycle = wait_in_a_cycle(*stage, {slot(first).tid.load(std::memory_order_relaxed),
                                                slot(*second).tid.load(std::memory_order_relaxed)});
    for (const Role role : {Role::culprit, Role::partner}) {
      const bool waits =
          stage->awaited_lock[place(role)].value.load(std::memory_order_relaxed) != 0;
      const bool is_first = role == Role::culprit;
      if (waits && !(cycle && is_first)) beats[is_first ? first : *second].waits = true;
    }
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
  entry.killed_ns = monotonic_ns();
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
  ExitCause cause = exit_cause(end.info, all_ended, entries_[compartment].our_kill);
  cause.out_of_memory = was_out_of_memory(cause);
  settle_recovery(compartment);
  if (cause.is_death()) {
    record_death(compartment, cause, noticed_ns);
  } else {
    close_workers(compartment, cause);
  }
  const bool gone = is_gone_for_good(workers.first);
  for (WorkerSlot& one : slots) one.gone.store(gone ? 1 : 0, std::memory_order_relaxed);
}

/// A SIGKILL that nobody of ours sent, while the kernel counted one that it sent itself.
bool Compartments::was_out_of_memory(const ExitCause& cause) {
  const bool is_kill = cause.kind == ExitCause::Kind::signalled && cause.number == SIGKILL;
  if (!is_kill || setup_.groups == nullptr) return false;
  if (setup_.groups->out_of_memory_kills() <= out_of_memory_kills_) return false;
  ++out_of_memory_kills_;
  return true;
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
  crashes_.add(setup_.memory.crash_desk().reports(), range(compartment), cause);
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

void Compartments::prepare_replacement(std::uint32_t compartment) {
  entries_[compartment].struck_from_outside_ns = 0;
  entries_[compartment].stalled_ns = 0;
  const WorkerRange workers = range(compartment);
  for (std::uint32_t worker = workers.first; worker < workers.first + workers.count; ++worker) {
    note_start(worker);
    setup_.memory.crash_desk().reports()[worker].number.store(0, std::memory_order_relaxed);
    WorkerSlot& fresh = slot(worker);
    fresh.generation.fetch_add(1, std::memory_order_relaxed);
    fresh.strike_now.store(0, std::memory_order_relaxed);
    fresh.strike_here.store(0, std::memory_order_relaxed);
    fresh.waiting.store(0, std::memory_order_relaxed);
    fresh.first_operation_ns.store(0, std::memory_order_relaxed);
    fresh.struck_ns.store(0, std::memory_order_relaxed);
    fresh.state.store(WorkerState::empty, std::memory_order_relaxed);
  }
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

}  // namespace bulkhead

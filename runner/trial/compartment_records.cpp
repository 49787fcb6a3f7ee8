// What the compartments keep for the record: of each worker's life, of each death.

#include <string.h>

#include <algorithm>

#include "runner/faults/own_settings.hpp"
#include "runner/faults/requests.hpp"
#include "runner/trial/compartments.hpp"

namespace bulkhead {

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
    to.refused = Requests::names(from.refused.load(std::memory_order_relaxed));
    to.saw_shared_object = from.witness.load(std::memory_order_relaxed) ==
                           setup_.memory.witness().nonce.load(std::memory_order_relaxed);
    if (from.state.load(std::memory_order_acquire) == WorkerState::failed) {
      to.failure.assign(from.reason, strnlen(from.reason, sizeof from.reason));
    }
  }
  crashes_.fill(deaths_, setup_.memory.arena_bytes());
  record.workers = workers_;
  for (std::uint32_t worker = 0; worker < record.process_changes.size(); ++worker) {
    std::string& changes = record.process_changes[worker];
    const std::string own =
        OwnSettings::names(slot(worker).settings_changed.load(std::memory_order_relaxed));
    changes += (changes.empty() || own.empty() ? "" : ", ") + own;
  }
  record.deaths = deaths_;
  record.outlived_kill = outlived_kill_;
  record.restarts = restarts_;
  record.resets = resets_;
  record.supervisor_repairs = repairs_;
  record.spares_taken = spares_.taken();
  record.gave_up_restarting = gave_up_restarting_;
}

}  // namespace bulkhead

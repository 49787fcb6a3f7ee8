#include "runner/trial/signs.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "runner/faults/fault.hpp"
#include "runner/trial/strikes.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t victim_look_ns = ns_per_ms / 5;

}  // namespace

Signs::Signs(const CompartmentSetup& setup, Compartments& compartments)
    : setup_(setup), compartments_(compartments) {
  for (const FaultPlan& fault : setup.faults) {
    if (needs_sign(fault.trigger.kind)) pending_.push_back({&fault, std::nullopt});
  }
}

void Signs::begin(std::int64_t start_ns) {
  start_ns_ = start_ns;
}

/// Whom a fault looks for is looked for more often.
std::int64_t Signs::next_look_ns(std::int64_t at_most_ns) const noexcept {
  std::int64_t next_ns = at_most_ns;
  for (const Pending& pending : pending_) {
    const std::int64_t due_ns = start_ns_ + pending.fault->trigger.after_ns - monotonic_ns();
    const bool looks_for_victim =
        strikes_by_signal(*pending.fault) || pending.fault->target != FaultTarget::worker;
    next_ns = std::min(next_ns, std::max(due_ns, looks_for_victim ? victim_look_ns : 0));
  }
  return next_ns;
}

void Signs::give_due() {
  const std::int64_t since_ns = monotonic_ns() - start_ns_;
  std::erase_if(pending_, [&](Pending& pending) {
    return since_ns >= pending.fault->trigger.after_ns && give(pending);
  });
}

/// Whether it is done with.
bool Signs::give(Pending& pending) {
  const FaultPlan& fault = *pending.fault;
  if (fault.target == FaultTarget::runner) {
    strike_supervisor(setup_, fault);
    return true;
  }
  if (strikes_by_signal(fault)) return give_by_signal(pending);
  const std::optional<std::uint32_t> victim = victim_of(fault);
  if (!victim) return false;
  const pid_t process = compartments_.process_of(*victim);
  if (process == 0) return true;
  compartments_.note_first_fault();
  if (fault.entry->striker == Striker::outside && fault.trigger.kind == TriggerKind::moment) {
    strike_from_outside(fault, *victim, process);
    return true;
  }
  tell(*victim, sign_of(setup_, fault));
  tell_partner(fault);
  return true;
}

/// A worker that is not any more what it was looked for does not strike, and the search goes on.
bool Signs::give_by_signal(Pending& pending) {
  if (pending.asked && is_taken(pending)) return true;
  pending.asked = victim_of(*pending.fault);
  if (!pending.asked) return false;
  const pid_t process = compartments_.process_of(*pending.asked);
  if (process == 0) return true;
  WorkerSlot& victim = slot(*pending.asked);
  victim.strike_here.fetch_or(sign_of(setup_, *pending.fault), std::memory_order_relaxed);
  syscall(SYS_tgkill, process, static_cast<pid_t>(victim.tid.load(std::memory_order_relaxed)),
          Strikes::signal_number());
  tell_partner(*pending.fault);
  return false;
}

/// Takes the sign back where it is not.
bool Signs::is_taken(const Pending& pending) {
  const std::uint32_t bit = sign_of(setup_, *pending.fault);
  return (slot(*pending.asked).strike_here.fetch_and(~bit, std::memory_order_relaxed) & bit) == 0;
}

/// Whom a fault strikes now; nobody where none is in that state.
std::optional<std::uint32_t> Signs::victim_of(const FaultPlan& fault) const {
  if (fault.target == FaultTarget::worker) {
    const bool must_wait = fault.trigger.kind == TriggerKind::lock_wait;
    if (must_wait && !is_waiting(fault.worker)) return std::nullopt;
    return fault.worker;
  }
  for (std::uint32_t worker = 0; worker < setup_.plan.worker_count; ++worker) {
    const bool is_it = fault.target == FaultTarget::waiter ? is_waiting(worker) : holds(worker);
    if (is_it && compartments_.process_of(worker) != 0) return worker;
  }
  return std::nullopt;
}

bool Signs::is_waiting(std::uint32_t worker) const {
  return slot(worker).waiting.load(std::memory_order_relaxed) != 0;
}

bool Signs::holds(std::uint32_t worker) const {
  return setup_.memory.is_lock_held_by(worker, slot(worker).tid.load(std::memory_order_relaxed));
}

void Signs::strike_from_outside(const FaultPlan& fault, std::uint32_t victim, pid_t process) {
  compartments_.note_strike_from_outside(victim, monotonic_ns());
  fault.entry->strike(bulkhead::strike_from_outside(setup_, fault, victim, process));
}

void Signs::tell(std::uint32_t worker, std::uint32_t bit) {
  slot(worker).strike_now.fetch_or(bit, std::memory_order_relaxed);
  Scoreboard::call(slot(worker));
}

void Signs::tell_partner(const FaultPlan& fault) {
  const auto partner = partner_of(fault, setup_.plan.worker_count);
  if (partner && compartments_.process_of(*partner) != 0) tell(*partner, sign_of(setup_, fault));
}

WorkerSlot& Signs::slot(std::uint32_t worker) const {
  return setup_.memory.scoreboard().slots()[worker];
}

}  // namespace bulkhead

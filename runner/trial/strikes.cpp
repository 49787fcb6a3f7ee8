#include "runner/trial/strikes.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "ipc/start_path.hpp"
#include "ipc/system_call.hpp"
#include "ipc/system_error.hpp"
#include "runner/faults/belongings.hpp"
#include "runner/faults/fault.hpp"
#include "workloads/random.hpp"
#include "workloads/worker.hpp"

namespace bulkhead {
namespace {

// The worker's own, for the handler of the signal that finds it waiting for a lock or holding it.
thread_local Strikes* strikes_of_thread = nullptr;

BULKHEAD_START_PATH pid_t process_of(const CompartmentSetup& setup, std::uint32_t worker) {
  return static_cast<pid_t>(
      setup.memory.scoreboard().slots()[worker].process.load(std::memory_order_relaxed));
}

BULKHEAD_START_PATH Strike make_strike(const CompartmentSetup& setup, const FaultPlan& plan,
                                       std::uint32_t worker) {
  const std::uint32_t sibling = (worker + 1) % setup.plan.worker_count;
  const auto slots = setup.memory.scoreboard().slots();
  const auto canaries_of = [&slots](std::uint32_t whose) {
    return static_cast<const Canaries*>(slots[whose].own_memory.load(std::memory_order_acquire));
  };
  return {.process = 0,
          .thread = 0,
          .worker = worker,
          .worker_count = setup.plan.worker_count,
          .sibling_process = process_of(setup, sibling),
          .parameters = plan.parameters,
          .arena = setup.memory.arena_bytes(),
          .sibling_words = setup.memory.private_block().words(sibling),
          .lock = &setup.memory.lock(),
          .allocator = &setup.memory.arena(),
          .finished = &slots[worker].finished,
          .own = nullptr,
          .sibling = canaries_of(sibling),
          .small_disk = setup.memory.small_disk(),
          .groups = setup.groups};
}

/// Its place in the plan.
BULKHEAD_START_PATH std::size_t plan_index(const CompartmentSetup& setup, const FaultPlan& plan) {
  return static_cast<std::size_t>(&plan - setup.faults.data());
}

}  // namespace

Strike strike_from_outside(const CompartmentSetup& setup, const FaultPlan& plan,
                           std::uint32_t worker, pid_t process) {
  Strike strike = make_strike(setup, plan, worker);
  strike.process = process;
  strike.thread = static_cast<pid_t>(
      setup.memory.scoreboard().slots()[worker].tid.load(std::memory_order_relaxed));
  return strike;
}

void strike_supervisor(const CompartmentSetup& setup, const FaultPlan& plan) {
  Strike strike = make_strike(setup, plan, 0);
  strike.process = getpid();
  strike.thread = static_cast<pid_t>(system_call(SYS_gettid));
  plan.entry->strike(strike);
}

int Strikes::signal_number() noexcept {
  return SIGRTMIN + 5;
}

BULKHEAD_START_PATH Strikes::Strikes(const CompartmentSetup& setup, std::uint32_t worker,
                                     std::uint32_t generation, Belongings* belongings)
    : setup_(setup),
      worker_(worker),
      generation_(generation),
      own_(belongings == nullptr ? nullptr : belongings->canaries()),
      requests_(belongings == nullptr ? nullptr : belongings->requests()),
      random_(mix(mix(setup.seed, worker), generation)) {
  for (const FaultPlan& fault : setup.faults) {
    const bool may_be_hit = fault.target == FaultTarget::worker
                                ? fault.worker == worker
                                : fault.target != FaultTarget::runner;
    if (may_be_hit) arm(fault, Role::culprit);
    if (partner_of(fault, setup.plan.worker_count) == worker) arm(fault, Role::partner);
  }
  if (armed_.empty() && requests_ == nullptr) return;
  next_unit_ = 0;  // Look before the first unit of all.
  const bool any_by_signal = std::any_of(armed_.begin(), armed_.end(), [](const Armed& armed) {
    return strikes_by_signal(*armed.plan);
  });
  if (any_by_signal) listen_for_signal();
}

BULKHEAD_START_PATH std::optional<std::uint32_t> partner_of(const FaultPlan& plan,
                                                            std::uint32_t worker_count) noexcept {
  const bool has_one = plan.entry->duet != Duet::no && plan.target == FaultTarget::worker;
  if (!has_one || worker_count < 2) return std::nullopt;
  return (plan.worker + 1) % worker_count;
}

BULKHEAD_START_PATH std::uint32_t sign_of(const CompartmentSetup& setup,
                                          const FaultPlan& plan) noexcept {
  return std::uint32_t{1} << (plan_index(setup, plan) % most_faults);
}

BULKHEAD_START_PATH bool strikes_by_signal(const FaultPlan& plan) noexcept {
  const bool at_moment = plan.trigger.kind == TriggerKind::moment;
  return plan.trigger.kind == TriggerKind::lock_wait ||
         (at_moment && plan.target != FaultTarget::worker);
}

void Strikes::listen_for_signal() {
  strikes_of_thread = this;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(signal_number(), &action, nullptr);
}

Strikes::~Strikes() {
  strikes_of_thread = nullptr;
}

BULKHEAD_START_PATH void Strikes::arm(const FaultPlan& plan, Role role) {
  const TriggerKind kind = plan.trigger.kind;
  const bool in_every_generation =
      needs_sign(kind) || kind == TriggerKind::probability || kind == TriggerKind::on_restart;
  // A repair is mostly a replacement's; one that was struck in it is not struck again.
  const bool in_first_repair =
      kind == TriggerKind::repair_step && slot().strikes.load(std::memory_order_relaxed) == 0;
  if (!in_every_generation && !in_first_repair && generation_ != 0) return;
  if (kind == TriggerKind::on_restart && generation_ == 0) return;
  armed_.push_back({.plan = &plan, .bit = sign_of(setup_, plan), .role = role});
}

BULKHEAD_START_PATH WorkerSlot& Strikes::slot() const noexcept {
  return setup_.memory.scoreboard().slots()[worker_];
}

/// The first look: from here on the numbers of the units are known.
BULKHEAD_START_PATH void Strikes::begin(std::uint64_t unit) {
  begun_ = true;
  for (Armed& armed : armed_) {
    const Trigger& trigger = armed.plan->trigger;
    if (trigger.kind == TriggerKind::operation) armed.unit = trigger.operation;
    if (trigger.kind == TriggerKind::on_restart) armed.unit = unit;
    if (trigger.kind == TriggerKind::probability) draw_next(armed, unit);
  }
}

/// The number of units until the next strike is geometrically distributed.
void Strikes::draw_next(Armed& armed, std::uint64_t from) {
  constexpr double unit_interval = 0x1p-53;
  const double uniform = (static_cast<double>(next_random(random_) >> 11) + 0.5) * unit_interval;
  const double units = std::floor(std::log(uniform) / std::log1p(-armed.plan->trigger.probability));
  armed.unit = units < 1e18 ? from + static_cast<std::uint64_t>(units) : no_limit;
}

BULKHEAD_START_PATH bool Strikes::before_unit(std::uint64_t unit, std::uint32_t signs) {
  if (!begun_) begin(unit);
  if (requests_ != nullptr && requests_->next_unit() <= unit) requests_->ask(unit);
  for (Armed& armed : armed_) {
    const bool has_sign = (signs & armed.bit) != 0;
    if (!armed.spent && (has_sign || armed.unit <= unit)) meet(armed, unit);
  }
  plan_next_unit(unit);
  return std::any_of(armed_.begin(), armed_.end(),
                     [](const Armed& armed) { return armed.waits_for_step; });
}

/// The moment of a fault has come: it strikes now, or at a step of the critical section.
BULKHEAD_START_PATH void Strikes::meet(Armed& armed, std::uint64_t unit) {
  const Trigger& trigger = armed.plan->trigger;
  if (trigger.kind == TriggerKind::probability) {
    draw_next(armed, unit + 1);
  } else {
    armed.unit = no_limit;
    armed.spent = trigger.kind != TriggerKind::in_section;
  }
  if (trigger.kind == TriggerKind::in_section ||
      armed.plan->entry->needs_section == NeedsSection::yes) {
    armed.waits_for_step = true;
    return;
  }
  strike(armed);
}

BULKHEAD_START_PATH void Strikes::plan_next_unit(std::uint64_t unit) noexcept {
  next_unit_ = requests_ == nullptr ? no_limit : requests_->next_unit();
  for (const Armed& armed : armed_) {
    next_unit_ = std::min(next_unit_, armed.waits_for_step ? unit + 1 : armed.unit);
  }
}

void Strikes::at_step(std::uint32_t step, StepKind kind) {
  for (Armed& armed : armed_) {
    if (!armed.waits_for_step) continue;
    const std::uint32_t wanted = armed.plan->trigger.step;
    if (wanted == 0 ? kind != StepKind::half_done : wanted != step) continue;
    armed.waits_for_step = false;
    armed.spent = armed.plan->trigger.kind == TriggerKind::in_section;
    strike(armed);
  }
}

void Strikes::at_repair_step(std::uint32_t step) {
  for (Armed& armed : armed_) {
    if (armed.spent || armed.plan->trigger.kind != TriggerKind::repair_step ||
        armed.plan->trigger.step != step) {
      continue;
    }
    armed.spent = true;
    strike(armed);
  }
}

BULKHEAD_START_PATH void Strikes::at_place(TriggerKind place) {
  for (Armed& armed : armed_) {
    if (armed.spent || armed.plan->trigger.kind != place) continue;
    armed.spent = true;
    strike_outside_unit(armed);
  }
}

/// Where there is no operation to abandon.
void Strikes::strike_outside_unit(const Armed& armed) {
  try {
    strike(armed);
  } catch (const OperationAbandoned&) {
  }
}

void Strikes::on_signal(int) {
  if (strikes_of_thread != nullptr) strikes_of_thread->strike_here();
}

/// The wait, or the section, may be over when the signal comes: then the sign stays where it is,
/// for the supervisor to take back.
void Strikes::strike_here() {
  const auto tid = static_cast<std::uint32_t>(system_call(SYS_gettid));
  const bool waits = slot().waiting.load(std::memory_order_relaxed) != 0 &&
                     !setup_.memory.may_hold_lock(worker_, tid);
  const bool holds = setup_.memory.is_lock_held_by(worker_, tid);
  for (Armed& armed : armed_) {
    const bool is_it = armed.plan->target == FaultTarget::holder ? holds : waits;
    if (armed.spent || !is_it) continue;
    const std::uint32_t due = slot().strike_here.fetch_and(~armed.bit, std::memory_order_relaxed);
    if ((due & armed.bit) == 0) continue;
    armed.spent = true;
    strike_outside_unit(armed);
  }
}

BULKHEAD_START_PATH void Strikes::strike(const Armed& armed) {
  const FaultPlan& plan = *armed.plan;
  WorkerSlot& mine = slot();
  mine.strikes.store(mine.strikes.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  Strike strike = make_strike(setup_, plan, worker_);
  strike.process = getpid();
  strike.thread = static_cast<pid_t>(system_call(SYS_gettid));
  strike.own = own_;
  strike.stage = setup_.memory.stages().of(plan_index(setup_, plan));
  strike.role = armed.role;
  // Last of all: what was prepared for it is not the fault's.
  if (mine.struck_ns.load(std::memory_order_relaxed) == 0) {
    mine.struck_ns.store(monotonic_ns(), std::memory_order_relaxed);
  }
  plan.entry->strike(strike);
}

}  // namespace bulkhead

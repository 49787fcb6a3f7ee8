#include "runner/trial/compartment.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <exception>
#include <system_error>
#include <thread>

#include "runner/faults/fault.hpp"
#include "runner/measure/cpus.hpp"
#include "workloads/worker.hpp"

namespace bulkhead {
namespace {

/// Carries out a fault on the worker that calls it.
void strike_self(void* context) {
  const auto* entry = static_cast<const FaultEntry*>(context);
  entry->strike({getpid(), static_cast<pid_t>(syscall(SYS_gettid))});
}

/// The fault that is armed for a worker, as the worker needs to know it.
StrikePlan strike_plan(const CompartmentSetup& setup, std::uint32_t worker,
                       std::uint32_t generation) {
  StrikePlan strike;
  if (generation != 0) return strike;
  for (const FaultPlan& fault : setup.faults) {
    if (fault.worker != worker) continue;
    strike.strike = strike_self;
    strike.context = const_cast<FaultEntry*>(fault.entry);
    if (fault.trigger.kind == TriggerKind::operation) {
      strike.at_operation = fault.trigger.operation;
    }
    if (fault.trigger.kind == TriggerKind::in_section ||
        fault.entry->needs_section == NeedsSection::yes) {
      strike.in_section_step = 1;
    }
  }
  return strike;
}

/// Tells the supervisor when this worker was the last of all; `count` is written by every worker.
void announce(std::atomic<std::uint32_t>& count, const CompartmentSetup& setup) {
  const std::uint32_t before = count.fetch_add(1, std::memory_order_acq_rel);
  if (before + 1 != setup.plan.worker_count) return;
  const std::uint64_t one = 1;
  // It looks at the slots by itself now and then, so a lost notice delays and does no harm.
  static_cast<void>(!write(setup.notice_fd, &one, sizeof one));
}

void fail(WorkerSlot& slot, const char* reason) noexcept {
  std::strncpy(slot.reason, reason, sizeof slot.reason - 1);
  slot.in_operation.store(0, std::memory_order_relaxed);
  // Release: whoever sees the state sees the reason.
  slot.state.store(WorkerState::failed, std::memory_order_release);
}

/// From the worker's first instruction to its last operation.
void work(const CompartmentSetup& setup, std::uint32_t index) {
  WorkerSlot& slot = setup.memory.scoreboard().slots()[index];
  Control& control = setup.memory.scoreboard().control();
  Witness& witness = setup.memory.witness();
  slot.state.store(WorkerState::starting, std::memory_order_relaxed);
  slot.tid.store(static_cast<std::uint32_t>(syscall(SYS_gettid)), std::memory_order_relaxed);
  if (!setup.cpus.empty()) pin_this_thread(setup.cpus[index % setup.cpus.size()]);
  const std::uint32_t generation = slot.generation.load(std::memory_order_relaxed);
  Worker worker({index, setup.plan.worker_count, slot, control, setup.memory.private_block()},
                setup.seed, setup.gives_up, strike_plan(setup, index, generation));
  if (generation == 0) witness.visits.fetch_add(1, std::memory_order_relaxed);
  slot.ready_ns.store(monotonic_ns(), std::memory_order_relaxed);
  slot.state.store(WorkerState::ready, std::memory_order_release);
  announce(control.ready_count, setup);

  if (control.gate.wait(setup.gives_up) == WaitResult::timed_out) {
    return fail(slot, "the gate did not open");
  }
  slot.witness.store(witness.nonce.load(std::memory_order_relaxed), std::memory_order_relaxed);
  slot.state.store(WorkerState::running, std::memory_order_relaxed);
  try {
    setup.memory.workload().run(worker);
  } catch (const std::exception& error) {
    // Not the faults' exceptions: those derive from nothing and end the process, as they should.
    return fail(slot, error.what());
  }
  if (!setup.memory.private_block().intact(index)) {
    slot.canary_broken.store(1, std::memory_order_relaxed);
  }
  slot.state.store(WorkerState::done, std::memory_order_release);
}

/// A worker's whole life. It leaves only when all may, so that its memory can be measured until
/// then.
void live(const CompartmentSetup& setup, std::uint32_t index) {
  work(setup, index);
  Control& control = setup.memory.scoreboard().control();
  announce(control.ended_count, setup);
  static_cast<void>(control.leave.wait(setup.gives_up));
}

}  // namespace

WorkerRange workers_of(const Mode& mode, std::uint32_t compartment) noexcept {
  return {compartment * mode.workers_each, mode.workers_each};
}

int compartment_main(const CompartmentSetup& setup, std::uint32_t compartment) {
  sigset_t none;  // The supervisor blocks what it waits for; a worker is an ordinary program.
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
  const WorkerRange range = workers_of(setup.mode, compartment);
  const auto slots = setup.memory.scoreboard().slots();
  std::vector<std::thread> others;
  others.reserve(range.count - 1);
  for (std::uint32_t index = range.first + 1; index < range.first + range.count; ++index) {
    slots[index].created_ns.store(monotonic_ns(), std::memory_order_relaxed);
    try {
      others.emplace_back(live, std::cref(setup), index);
    } catch (const std::system_error& error) {
      fail(slots[index], (std::string("pthread_create: ") + error.what()).c_str());
    }
  }
  live(setup, range.first);
  for (std::thread& other : others) other.join();
  return 0;
}

}  // namespace bulkhead

#include "runner/trial/compartment.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <optional>
#include <system_error>
#include <thread>

#include "ipc/start_path.hpp"
#include "ipc/system_call.hpp"
#include "runner/faults/belongings.hpp"
#include "runner/faults/fault.hpp"
#include "runner/groups/trial_groups.hpp"
#include "runner/measure/cpus.hpp"
#include "runner/trial/crash_handler.hpp"
#include "runner/trial/strikes.hpp"
#include "workloads/worker.hpp"

namespace bulkhead {
namespace {

/// Tells the supervisor when this worker was the last of all; `count` is written by every worker.
BULKHEAD_START_PATH void announce(std::atomic<std::uint32_t>& count,
                                  const CompartmentSetup& setup) {
  const std::uint32_t before = count.fetch_add(1, std::memory_order_acq_rel);
  if (before + 1 != setup.plan.worker_count) return;
  const std::uint64_t one = 1;
  // It looks at the slots by itself now and then, so a lost notice delays and does no harm.
  system_call(SYS_write, setup.notice_fd, &one, sizeof one);
}

void fail(WorkerSlot& slot, const char* reason) noexcept {
  std::strncpy(slot.reason, reason, sizeof slot.reason - 1);
  slot.in_operation.store(0, std::memory_order_relaxed);
  // Release: whoever sees the state sees the reason.
  slot.state.store(WorkerState::failed, std::memory_order_release);
}

/// Runs the workload's loop; where a fault may strike, with somebody to hear of a crash.
BULKHEAD_START_PATH void run_workload(const CompartmentSetup& setup, WorkerSlot& slot,
                                      Worker& worker) {
  Workload& workload = setup.memory.workload();
  if (setup.faults.empty()) return workload.run(worker);
  CrashHandler handler(setup.memory.crash_desk(), worker.index(), setup.plan.recover, slot.caught);
  handler.run(workload, worker);
}

/// From the open gate to the worker's last operation.
BULKHEAD_START_PATH void run(const CompartmentSetup& setup, WorkerSlot& slot, Worker& worker,
                             Strikes& strikes) {
  Witness& witness = setup.memory.witness();
  slot.witness.store(witness.nonce.load(std::memory_order_relaxed), std::memory_order_relaxed);
  slot.state.store(WorkerState::running, std::memory_order_relaxed);
  try {
    run_workload(setup, slot, worker);
  } catch (const std::exception& error) {
    // Not the faults' exceptions: those derive from nothing and end the process, as they should.
    return fail(slot, error.what());
  }
  strikes.at_place(TriggerKind::at_exit);
  slot.state.store(WorkerState::done, std::memory_order_release);
}

/// All that any fault aims at.
BULKHEAD_START_PATH AimsAt aim(const CompartmentSetup& setup) {
  AimsAt all = AimsAt::nothing;
  for (const FaultPlan& fault : setup.faults) all = all | fault.entry->aims_at;
  return all;
}

/// From the worker's first instruction to its last.
BULKHEAD_START_PATH void work(const CompartmentSetup& setup, std::uint32_t index) {
  WorkerSlot& slot = setup.memory.scoreboard().slots()[index];
  Control& control = setup.memory.scoreboard().control();
  Witness& witness = setup.memory.witness();
  // Read before written: for a read the kernel maps the pages around as well, for a write it does
  // not.
  const std::uint32_t generation = slot.generation.load(std::memory_order_relaxed);
  static_cast<void>(witness.nonce.load(std::memory_order_relaxed));
  slot.state.store(WorkerState::starting, std::memory_order_relaxed);
  slot.process.store(static_cast<std::uint32_t>(getpid()), std::memory_order_relaxed);
  slot.tid.store(static_cast<std::uint32_t>(system_call(SYS_gettid)), std::memory_order_relaxed);
  if (!setup.cpus.empty()) pin_this_thread(setup.cpus[index % setup.cpus.size()]);
  // A thread's first malloc makes it a heap: no belongings where nobody aims at them.
  std::optional<Belongings> belongings;
  if (const AimsAt at = aim(setup); at != AimsAt::nothing) {
    belongings.emplace(index, slot, at, setup.memory.small_disk());
  }
  const Canaries* const own = belongings ? belongings->canaries() : nullptr;
  Strikes strikes(setup, index, generation, belongings ? &*belongings : nullptr);
  strikes.at_place(TriggerKind::startup);
  Worker worker({index, setup.plan.worker_count, slot, control, setup.memory.private_block()},
                setup.seed, setup.gives_up, strikes);
  if (generation == 0) witness.visits.fetch_add(1, std::memory_order_relaxed);
  // Release: whoever reads the address finds the canaries laid out.
  slot.own_memory.store(own, std::memory_order_release);
  slot.ready_ns.store(monotonic_ns(), std::memory_order_relaxed);
  slot.state.store(WorkerState::ready, std::memory_order_release);
  announce(control.ready_count, setup);
  strikes.at_place(TriggerKind::before_gate);

  if (control.gate.wait(setup.gives_up) == WaitResult::timed_out) {
    return fail(slot, "the gate did not open");
  }
  run(setup, slot, worker, strikes);
  slot.own_memory.store(nullptr, std::memory_order_relaxed);
  if (belongings) belongings->look();
}

/// A worker's whole life. It leaves only when all may, so that its memory can be measured until
/// then.
BULKHEAD_START_PATH void live(const CompartmentSetup& setup, std::uint32_t index) {
  work(setup, index);
  Control& control = setup.memory.scoreboard().control();
  announce(control.ended_count, setup);
  static_cast<void>(control.leave.wait(setup.gives_up));
  // Not sooner: a page is read, while others may wait for this CPU with their work still to do.
  if (!setup.memory.private_block().intact(index)) {
    setup.memory.scoreboard().slots()[index].canary_broken.store(1, std::memory_order_relaxed);
  }
}

}  // namespace

WorkerRange workers_of(const Mode& mode, std::uint32_t compartment) noexcept {
  return {compartment * mode.workers_each, mode.workers_each};
}

BULKHEAD_START_PATH int compartment_main(const CompartmentSetup& setup, std::uint32_t compartment) {
  // The supervisor blocks what it waits for; a worker is an ordinary program.
  const std::uint64_t none = 0;
  system_call(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof none);
  if (setup.groups != nullptr) setup.groups->enter();
  const WorkerRange range = workers_of(setup.mode, compartment);
  const auto slots = setup.memory.scoreboard().slots();
  std::vector<std::thread> others;
  others.reserve(range.count - 1);
  for (std::uint32_t index = range.first + 1; index < range.first + range.count; ++index) {
    slots[index].created_ns.store(monotonic_ns(), std::memory_order_relaxed);
    try {
      others.emplace_back(live, std::cref(setup), index);
    } catch (const std::system_error& error) {
      fail(slots[index], (std::string("pthread_create: ") + error.what() +
                          " (see 'ulimit -u' and the cgroup's pids.max)")
                             .c_str());
    }
  }
  live(setup, range.first);
  for (std::thread& other : others) other.join();
  return 0;
}

namespace {

/// Touches what a worker will touch before its first operation, and has the kernel map it: that is
/// most of what a process still lacks when it is called.
BULKHEAD_START_PATH void rehearse(const CompartmentSetup& setup) {
  std::atomic<std::uint32_t> caught{0};
  CrashHandler handler(setup.memory.crash_desk(), 0, SelfRecovery::none, caught);
  WorkerSlot own{};
  NoStrikes nothing;
  Worker worker({0, 1, own, setup.memory.scoreboard().control(), setup.memory.private_block()},
                setup.seed, setup.gives_up, nothing);
  own.share.store(2);
  worker.repeat([](auto&) {});
  std::uint32_t seen = setup.memory.witness().nonce.load(std::memory_order_relaxed);
  for (const WorkerSlot& slot : setup.memory.scoreboard().slots()) {
    seen += slot.tid.load(std::memory_order_relaxed);
  }
  asm volatile("" : : "r"(seen));
}

}  // namespace

BULKHEAD_START_PATH int spare_main(const CompartmentSetup& setup, std::uint32_t number) {
  const std::atomic<std::uint32_t>& assigned = setup.memory.spare_desk().assigned[number];
  rehearse(setup);
  // Acquire: see Spares::take.
  while (assigned.load(std::memory_order_acquire) == 0) {
    if (futex_wait(assigned, 0, setup.gives_up) == WaitResult::timed_out) return 0;
  }
  return compartment_main(setup, assigned.load(std::memory_order_relaxed) - 1);
}

}  // namespace bulkhead

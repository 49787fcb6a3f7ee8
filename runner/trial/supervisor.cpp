#include "runner/trial/supervisor.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "ipc/core_dumps.hpp"
#include "ipc/region.hpp"
#include "ipc/system_error.hpp"
#include "runner/faults/fault.hpp"
#include "runner/groups/trial_groups.hpp"
#include "runner/measure/cpus.hpp"
#include "runner/trial/compartments.hpp"
#include "runner/trial/measurement.hpp"
#include "runner/trial/output_capture.hpp"
#include "runner/trial/own_priority.hpp"
#include "runner/trial/strays.hpp"
#include "runner/trial/trial_memory.hpp"
#include "runner/trial/verifier.hpp"
#include "runner/trial/watch.hpp"
#include "workloads/random.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t usual_drain_ns = 500 * ns_per_ms;
constexpr std::int64_t kill_patience_ns = 5'000 * ns_per_ms;
constexpr std::int64_t verify_patience_ns = 35'000 * ns_per_ms;
constexpr std::int64_t margin_ns =
    10'000 * ns_per_ms;  // Mapping, preparing, forking, reading /proc.

std::int64_t drain_timeout_ns(const Plan& plan) {
  return plan.drain_timeout_ns > 0 ? plan.drain_timeout_ns
                                   : usual_drain_ns + ns_per_ms * plan.worker_count;
}

/// This process is the supervisor from here on.
void become_supervisor() {
  setsid();  // Ctrl-C reaches the runner alone; it asks us to end.
  reset_signal_handlers();
  adopt_orphans();
  forbid_core_dumps();
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;  // One pidfd a compartment.
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

/// glibc and libstdc++ skip their atomic operations in a process that never had a second thread.
/// Have one, so that every compartment inherits the same state whatever its shape. On a stack of
/// its own and without an allocation: what glibc would keep of it, stack and arena, each process to
/// come would map.
void equalise_libc() {
  const Region stack(Sharing::copied, std::size_t{256} << 10, "stack of a brief thread");
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack.data(), stack.size_bytes());
  pthread_t thread{};
  const auto nothing = [](void*) -> void* { return nullptr; };
  const int error = pthread_create(&thread, &attributes, nothing, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0) throw_error(error, "pthread_create: have had a second thread");
  pthread_join(thread, nullptr);
}

/// What the user can do about a refusal of the system.
std::string advice(const std::error_code& error) {
  switch (error.value()) {
    case EAGAIN:
      return " (a limit on processes: see 'ulimit -u', the cgroup's pids.max, "
             "/proc/sys/kernel/threads-max and pid_max)";
    case EMFILE:
    case ENFILE:
      return " (a limit on open files: raise 'ulimit -n')";
    case ENOMEM:
      return " (not enough memory: fewer workers, or see /proc/sys/vm/overcommit_memory and "
             "max_map_count)";
    default:
      return "";
  }
}

class Supervisor {
 public:
  Supervisor(const Plan& plan, const TrialId& id, LiveBoard* onlookers, TrialRecord& record)
      : plan_(plan),
        record_(record),
        groups_(wanted_groups(plan, id), Deadline::in(supervisor_deadline_ns(plan))),
        memory_(plan, id.seed, faults_of(plan, id)),
        setup_{plan,
               plan.modes[id.mode],
               memory_,
               id.seed,
               chosen_cpus(plan),
               Deadline::in(supervisor_deadline_ns(plan)),
               watch_.notice_fd(),
               faults_of(plan, id),
               onlookers,
               groups_.any() ? &groups_ : nullptr},
        compartments_(setup_),
        nonce_(static_cast<std::uint32_t>(mix(id.seed, 1)) | 1) {}

  void run() {
    if (!start()) return stop();
    open_gate();
    measurement_.run();
    stop();
    judge();
  }

 private:
  static std::vector<FaultPlan> faults_of(const Plan& plan, const TrialId& id) {
    return id.with_faults ? plan.faults : std::vector<FaultPlan>();
  }

  static std::vector<int> chosen_cpus(const Plan& plan) {
    if (plan.pin == PinPolicy::none) return {};
    std::vector<int> cpus = usable_cpus();
    if (plan.pin == PinPolicy::same) cpus.resize(1);
    return cpus;
  }

  static std::vector<Hierarchy> wanted_groups(const Plan& plan, const TrialId& id) {
    std::vector<Hierarchy> wanted;
    if (!id.with_faults) return wanted;
    for (const FaultPlan& fault : plan.faults) wanted.push_back(fault.entry->group);
    return wanted;
  }

  std::span<WorkerSlot> slots() { return memory_.scoreboard().slots(); }

  bool start() {
    compartments_.start_all();
    Wake wake = wait_for_ready();
    if (wake == Wake::deadline && !setup_.faults.empty()) {
      compartments_.end_late_comers();  // A fault may hold them up for ever.
      wake = wait_for_ready();
    }
    if (wake == Wake::interrupted) {
      return give_up(TrialStatus::interrupted, "interrupted before the start");
    }
    if (setup_.faults.empty() && !compartments_.deaths().empty()) {
      const DeathRecord& death = compartments_.deaths().front();
      return give_up(TrialStatus::failed, "compartment " + std::to_string(death.compartment) +
                                              " died before the start: " + to_text(death.cause));
    }
    if (any_failed()) return give_up(TrialStatus::failed, "a worker could not start");
    if (wake == Wake::deadline) {
      return give_up(TrialStatus::failed, "not all workers were ready in time (--start-timeout)");
    }
    return true;
  }

  Wake wait_for_ready() {
    return watch_.until(Deadline::in(plan_.start_timeout_ns), compartments_,
                        [&] { return all_ready() || any_failed(); });
  }

  bool give_up(TrialStatus status, const std::string& reason) {
    record_.status = status;
    record_.reason = reason;
    return false;
  }

  /// Those that a fault took for good do not count.
  bool all_ready() {
    for (std::uint32_t worker = 0; worker < slots().size(); ++worker) {
      const bool ready =
          slots()[worker].state.load(std::memory_order_relaxed) == WorkerState::ready;
      if (!ready && !compartments_.is_gone_for_good(worker)) return false;
    }
    return true;
  }

  bool any_failed() {
    return std::any_of(slots().begin(), slots().end(), [](const WorkerSlot& slot) {
      return slot.state.load(std::memory_order_relaxed) == WorkerState::failed;
    });
  }

  void open_gate() {
    memory_.witness().nonce.store(nonce_, std::memory_order_relaxed);
    measurement_.begin();
    record_.gate_ns = monotonic_ns();
    compartments_.note_gate(record_.gate_ns);
    memory_.scoreboard().control().gate.open();
  }

  void stop() {
    compartments_.expect_ends();
    groups_.empty_lasting_file();
    Control& control = memory_.scoreboard().control();
    control.stop.store(1, std::memory_order_relaxed);
    memory_.scoreboard().call_all();
    control.leave.open();
    if (watch_.until_gone(Deadline::in(drain_timeout_ns(plan_)), compartments_) !=
        Wake::nobody_left) {
      note_held_locks();
      record_.killed_at_end = compartments_.kill_all();
      groups_.thaw();
      watch_.until_gone(Deadline::in(kill_patience_ns), compartments_);
    }
    // Before the strays, of whom the spares and the guard would be some.
    compartments_.dismiss_spares();
    groups_.end();
    end_strays();
    note_held_locks();
    compartments_.fill(record_);
    for (std::size_t worker = 0; worker < record_.workers.size(); ++worker) {
      record_.workers[worker].left_locked = left_locked_[worker];
    }
    for (const WorkerRecord& worker : record_.workers) {
      if (record_.status == TrialStatus::failed && !worker.failure.empty()) {
        record_.reason += ": " + worker.failure;
        break;
      }
    }
    note_strikes();
    record_.hazards = memory_.stages().results(setup_.faults);
  }

  /// Of those that are gone, or should be.
  void note_held_locks() {
    for (std::uint32_t worker = 0; worker < slots().size(); ++worker) {
      const std::uint32_t tid = slots()[worker].tid.load(std::memory_order_relaxed);
      if (tid != 0 && memory_.is_lock_held_by(worker, tid)) left_locked_[worker] = true;
    }
  }

  void note_strikes() {
    for (const DeathRecord& death : record_.deaths) note_strike(death.struck_ns);
    for (const WorkerSlot& slot : slots()) {
      note_strike(slot.struck_ns.load(std::memory_order_relaxed));
    }
    note_strike(compartments_.struck_from_outside_ns());
  }

  void note_strike(std::int64_t at_ns) {
    if (at_ns == 0) return;
    record_.struck_ns = record_.fault_struck ? std::min(record_.struck_ns, at_ns) : at_ns;
    record_.fault_struck = true;
  }

  void judge() {
    std::vector<std::uint64_t> finished, in_work;
    std::vector<std::uint32_t> ended_well;
    for (const WorkerRecord& worker : record_.workers) {
      finished.push_back(worker.finished);
      // Whose last unit was cut off may have done it without acknowledging it; a replacement that
      // came just before the stop ends well without redoing it.
      in_work.push_back(worker.ended_well && worker.redone == worker.interrupted ? 0 : 1);
      ended_well.push_back(worker.ended_well ? 1 : 0);
    }
    record_.one_object = all_saw_one_object();
    record_.verify = verify_in_child(memory_.workload(), {finished, in_work, ended_well},
                                     plan_.workload->measures);
  }

  /// One that was lost may not have come as far as the gate.
  bool all_saw_one_object() {
    const auto was_lost = [](const WorkerRecord& worker) {
      return worker.deaths > 0 || worker.stopped > 0;
    };
    const std::vector<WorkerRecord>& workers = record_.workers;
    const bool all_were_seen =
        memory_.witness().visits.load(std::memory_order_relaxed) == plan_.worker_count ||
        std::any_of(workers.begin(), workers.end(), was_lost);
    return all_were_seen &&
           std::all_of(workers.begin(), workers.end(), [&](const WorkerRecord& worker) {
             return worker.saw_shared_object || was_lost(worker);
           });
  }

  /// When something is thrown: lets the compartments die.
  struct Thaw {
    const TrialGroups& groups;
    ~Thaw() { groups.thaw(); }
  };

  const Plan& plan_;
  TrialRecord& record_;
  TrialGroups groups_;  // First of all, so that its guard holds nothing of the trial.
  Watch watch_;
  TrialMemory memory_;
  CompartmentSetup setup_;
  Compartments compartments_;
  Measurement measurement_{{plan_, record_, watch_, memory_, setup_, compartments_}};
  std::uint32_t nonce_;
  std::vector<bool> left_locked_ = std::vector<bool>(plan_.worker_count);
  const Thaw thaw_{groups_};
};

}  // namespace

std::int64_t supervisor_deadline_ns(const Plan& plan) noexcept {
  return 2 * plan.start_timeout_ns + Measurement::deadline_ns(plan) + drain_timeout_ns(plan) +
         kill_patience_ns + TrialGroups::end_patience_ns + verify_patience_ns + margin_ns;
}

TrialRecord supervise(const Plan& plan, const TrialId& id, LiveBoard* onlookers) {
  TrialRecord record;
  record.id = id;
  record.begun_ns = monotonic_ns();
  try {
    become_supervisor();
    const bool unasked = plan.runner_priority == RunnerPriority::automatic;
    if (id.with_faults || !unasked) {
      record.supervisor_priority = take_priority(plan.runner_priority);
    }
    const OutputCapture capture;
    if (plan.libc == LibcState::equal) equalise_libc();
    try {
      Supervisor(plan, id, onlookers, record).run();
    } catch (const std::system_error& error) {
      record.status = TrialStatus::failed;
      record.reason = error.what() + advice(error.code());
    } catch (const std::exception& error) {
      record.status = TrialStatus::failed;
      record.reason = error.what();
    }
    record.error_output = capture.text();
  } catch (const std::exception& error) {
    record.status = TrialStatus::failed;
    record.reason = error.what();
  }
  return record;
}

}  // namespace bulkhead

// The compartments of one trial: starts them, reaps them, starts them again as the policy says, and
// keeps the record of what happened to each worker. Supervisor only.
#pragma once

#include <poll.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "runner/measure/task_counters.hpp"
#include "runner/trial/child.hpp"
#include "runner/trial/compartment.hpp"
#include "runner/trial/crash_record.hpp"
#include "runner/trial/record.hpp"
#include "runner/trial/restart_budget.hpp"
#include "runner/trial/snapshot.hpp"
#include "runner/trial/spares.hpp"
#include "runner/trial/stall_detector.hpp"

namespace bulkhead {

class Compartments {
 public:
  /// `setup` must outlive this object.
  explicit Compartments(const CompartmentSetup& setup);

  /// Forks all of them, and the spares. Throws std::system_error; those already started die with
  /// this object.
  void start_all();

  /// Remembers when the gate opened.
  void note_gate(std::int64_t at_ns) noexcept { gate_ns_ = at_ns; }

  /// From now on ends are expected: nothing is restarted, and a kill of ours is not a death.
  void expect_ends() noexcept { expecting_ends_ = true; }

  [[nodiscard]] std::uint32_t alive_count() const noexcept;
  /// Whether something lives or will be started again.
  [[nodiscard]] bool any_left() const noexcept;
  /// Appends what poll(2) has to watch: one readable descriptor per end.
  void add_pollfds(std::vector<pollfd>& fds) const;
  /// Does all that is due: reaps those that have ended, ends those that stand still, starts again
  /// what the policy wants. Call whenever something may have happened.
  void tend();
  /// When tend() has something to do even if nothing happens; 0: never.
  [[nodiscard]] std::int64_t next_due_ns() const noexcept;
  /// SIGKILL to all that are left; returns how many there were.
  std::uint32_t kill_all() noexcept;
  /// Ends the spares that are left.
  void dismiss_spares() noexcept { spares_.dismiss(); }
  /// Ends every compartment with a worker that has not come to the gate, as a stall.
  void end_late_comers();

  /// Kernel counters and CPU time of all compartments, those that are gone included.
  void add_counters(Snapshot& snapshot) const;
  [[nodiscard]] MemoryRecord memory() const;
  /// The process that holds a worker; 0 when it is gone.
  [[nodiscard]] pid_t process_of(std::uint32_t worker) const noexcept;

  /// Whether its compartment is dead and will not come again.
  [[nodiscard]] bool is_gone_for_good(std::uint32_t worker) const noexcept;
  /// When the supervisor itself struck first; 0: it did not.
  [[nodiscard]] std::int64_t struck_from_outside_ns() const noexcept { return struck_ns_; }
  /// Whether the worker came to its end, well or not, or lost its compartment for good.
  [[nodiscard]] bool has_ended(std::uint32_t worker) const noexcept;

  [[nodiscard]] const std::vector<DeathRecord>& deaths() const noexcept { return deaths_; }
  /// The progress of all workers when the first fault was struck from here or the first death
  /// noticed; empty before.
  [[nodiscard]] const Progress& at_first_fault() const noexcept { return at_first_fault_; }
  void note_first_fault();
  /// A worker that was never ended or replaced and whose compartment is alive.
  [[nodiscard]] bool is_survivor(std::uint32_t worker) const noexcept;

  /// Remembers that the supervisor itself struck a worker just now.
  void note_strike_from_outside(std::uint32_t worker, std::int64_t at_ns) noexcept;

  /// Completes and hands over what is known, after the last one is gone.
  void fill(TrialRecord& record);

 private:
  struct Entry {
    Child child;
    RestartBudget budget;
    OurKill our_kill = OurKill::none;
    std::int64_t struck_from_outside_ns = 0;
    std::int64_t stalled_ns = 0;  // When we blamed it.
    std::int64_t killed_ns = 0;   // When we killed it.
    bool outlived_kill = false;   // It was still there long after.
    std::int64_t due_ns = 0;      // When it starts again; 0: it does not.
    int recovering_from = -1;     // Index of the death whose replacement has not worked yet.
  };

  void make_ready();
  void start(std::uint32_t compartment);
  void end(std::uint32_t compartment, OurKill why) noexcept;
  void reap_ended();
  void note_outliving() noexcept;
  void end_stalled();
  void excuse_duets(std::vector<Beat>& beats) const;
  void start_due();
  void on_end(std::uint32_t compartment, const ChildEnd& end, std::int64_t noticed_ns);
  [[nodiscard]] bool was_out_of_memory(const ExitCause& cause);
  void record_death(std::uint32_t compartment, const ExitCause& cause, std::int64_t noticed_ns);
  void plan_restart(std::uint32_t compartment, DeathRecord& death);
  void close_workers(std::uint32_t compartment, const ExitCause& cause);
  void settle_interrupted(std::uint32_t worker);
  void prepare_replacement(std::uint32_t compartment);
  void settle_recovery(std::uint32_t compartment);
  [[nodiscard]] std::int64_t strike_in(std::uint32_t compartment) const noexcept;
  [[nodiscard]] WorkerRange range(std::uint32_t compartment) const noexcept;
  [[nodiscard]] WorkerSlot& slot(std::uint32_t worker) const noexcept;
  void note_start(std::uint32_t worker);

  const CompartmentSetup& setup_;
  std::vector<Entry> entries_;
  Spares spares_;
  StallDetector stalls_;
  std::vector<WorkerRecord> workers_;
  // The unit that was in work when the worker's process ended, until a replacement has finished it.
  std::vector<std::optional<std::uint64_t>> in_work_;
  std::vector<DeathRecord> deaths_;
  CrashNotes crashes_;
  Progress at_first_fault_;
  TaskCounters gone_tasks_;
  std::int64_t gone_cpu_ns_ = 0;
  std::int64_t gate_ns_ = 0;
  std::uint64_t out_of_memory_kills_ = 0;  // Those that a death is known for.
  std::uint32_t outlived_kill_ = 0;
  std::uint32_t restarts_ = 0;
  std::uint32_t resets_ = 0;
  std::uint32_t repairs_ = 0;
  bool reset_wanted_ = false;
  std::int64_t struck_ns_ = 0;
  bool gave_up_restarting_ = false;
  bool expecting_ends_ = false;
};

}  // namespace bulkhead

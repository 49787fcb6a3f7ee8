// The facts of one trial, as the supervisor saw them: what it sends to the runner, and all that a
// summary is made from. A plain value; times are nanoseconds of CLOCK_MONOTONIC, `_ns` durations
// nanoseconds, sizes bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/trial/exit_cause.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {

/// Which trial of the plan this is.
struct TrialId {
  std::uint32_t round = 0;  ///< From 0.
  std::uint32_t mode = 0;   ///< Index into Plan::modes.
  bool with_faults = false;
  std::uint64_t seed = 0;
  std::string fault = {};  ///< Which one of a catalogue, where a plan does not say it.
};

enum class TrialStatus {
  completed,
  interrupted,  ///< The user stopped it; what it says is true, but its window is short.
  failed,       ///< It could not run: see `reason`.
};

/// How much of the machine went to others during a window. Shares of all CPUs' time, 0 to 1.
struct Disturbance {
  double others_share = 0;     ///< Busy with what is not ours.
  double steal_share = 0;      ///< Taken by the hypervisor.
  double frequency_drift = 0;  ///< Largest relative change of a CPU's frequency; 0 if unreadable.
  bool over_limit = false;
};

/// What the processor counted in the workers' user code.
struct HardwareCounts {
  std::uint64_t instructions = 0;
  std::uint64_t cycles = 0;
  std::uint64_t cache_misses = 0;
};

/// One measured window, all workers together.
struct WindowRecord {
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  std::uint64_t operations = 0;
  std::int64_t cpu_ns = 0;  ///< CPU time of all compartments.
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  std::uint64_t minor_faults = 0;
  std::int64_t run_delay_ns = 0;              ///< Ready but without a CPU, all workers added up.
  std::optional<std::uint64_t> major_faults;  ///< Page faults that had to wait for a disk.
  std::optional<std::uint64_t> migrations;    ///< Moves to another CPU; where nobody is pinned.
  std::optional<std::int64_t> user_cpu_ns;    ///< As the kernel's ticks tell, of 10 ms mostly.
  std::optional<std::int64_t> kernel_cpu_ns;
  std::optional<HardwareCounts> hardware;  ///< Where the machine and its settings have it.
  /// Sampled latencies: (histogram bucket, samples), empty buckets left out.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> latency;
  Disturbance disturbance;

  [[nodiscard]] std::int64_t length_ns() const noexcept { return end_ns - start_ns; }
};

/// Memory of all compartments, taken at the end of the window while the workers run.
struct MemoryRecord {
  std::uint64_t rss_bytes = 0;
  std::uint64_t pss_bytes = 0;  ///< Each shared page divided by the processes that map it.
  std::uint64_t uss_bytes = 0;  ///< Pages that nobody else maps.
  std::uint64_t page_table_bytes = 0;
};

struct WorkerRecord {
  std::uint32_t compartment = 0;
  std::uint64_t finished = 0;     ///< Units acknowledged, over all generations since a reset.
  std::uint64_t interrupted = 0;  ///< Units in work at a death of this worker.
  std::uint64_t redone = 0;       ///< Of those, begun again by a replacement.
  std::uint64_t thrown_away = 0;  ///< Units finished before the state was made anew.
  std::uint64_t contended = 0;
  std::uint64_t repairs = 0;
  std::uint64_t half_done = 0;  ///< Of those repairs, that found something half done.
  std::uint64_t abandoned = 0;
  std::uint32_t caught = 0;   ///< Crashes that it caught itself and went on after.
  std::uint32_t strikes = 0;  ///< Faults that struck it, itself.
  std::uint32_t deaths = 0;   ///< Unwilling ends of its compartment while it worked.
  std::uint32_t stopped = 0;  ///< Ends of its compartment that a recovery ordered.
  bool ended_well = false;
  bool waiting_at_end = false;  ///< It stood waiting for a lock when the trial was over.
  bool left_locked = false;     ///< The lock names it as its holder, and it will not release it.
  bool canary_broken = false;
  std::string refused = {};  ///< What the kernel refused it, and gives without the fault.
  bool saw_shared_object = false;
  std::int64_t start_ns =
      0;  ///< Creation to the gate, plus gate to its first operation; 0 unknown.
  std::int64_t gate_to_first_ns = 0;
  std::string failure;  ///< Why it could not go on; empty otherwise.
};

/// What a dying worker said of its crash, checked for what can be checked: the signal is the
/// kernel's word, the rest the worker's.
struct CrashRecord {
  std::uint32_t worker = 0;
  int number = 0;                  ///< The signal it saw.
  int code = 0;                    ///< si_code.
  std::string what;                ///< "store to address 0x0, not mapped"
  std::vector<std::string> stack;  ///< Innermost first: "function+0x12", or an address.
};

/// One end of a compartment before its time.
struct DeathRecord {
  std::uint32_t compartment = 0;
  ExitCause cause;
  std::int64_t noticed_ns = 0;
  std::int64_t struck_ns = 0;  ///< When a fault struck one of its workers; 0: none did.
  /// First operation of the last replacement worker; 0: not replaced, or it never got that far.
  std::int64_t recovered_ns = 0;
  bool restarted = false;
  std::optional<CrashRecord> crash;  ///< Where a worker could still say something.
};

/// What the survivors of the first fault did: those workers that no fault struck, that were never
/// ended or replaced and whose compartment lives at the end.
struct SurvivorsRecord {
  std::uint32_t count = 0;
  double rate = 0;         ///< Units per second of all of them, from the fault to the window's end.
  double rate_before = 0;  ///< The same from the window's start to the fault; 0: too short to tell.
  /// Longest time from the fault on in which one of them finished nothing, as finely as the
  /// supervisor looked.
  std::int64_t longest_gap_ns = 0;
};

/// What the end of the process that supervised a trial left behind.
struct OrphansRecord {
  std::uint32_t count = 0;      ///< Processes that came to the runner and ended by themselves.
  std::int64_t gone_ns = 0;     ///< From the supervisor's end until the last of them had ended.
  std::uint32_t left_over = 0;  ///< Processes that had to be killed after that.
};

struct VerifyRecord {
  enum class Health { sound, lossy, torn, unreachable } health = Health::sound;
  std::uint64_t missing_units = 0;
  std::uint64_t surplus_units = 0;
  std::string finding;
  std::map<std::string, double> measures = {};  ///< The workload's own, by name.
  std::vector<std::string> exhibit = {};        ///< See Verdict.
  std::vector<Span> spans = {};
};

/// What came of a fault for which two workers met.
struct HazardRecord {
  std::string fault;
  bool corrupts = false;       ///< Where it showed, something is wrong.
  std::uint64_t tries = 0;     ///< Not 0.
  std::uint64_t seen = 0;      ///< Tries in which it showed.
  std::int64_t waited_ns = 0;  ///< How long one of them waited for what is soon done; 0: no matter.
};

struct TrialRecord {
  TrialId id;
  TrialStatus status = TrialStatus::completed;
  std::string reason;  ///< Why it failed or was interrupted.
  std::int64_t begun_ns = 0;
  std::int64_t gate_ns = 0;
  std::int64_t warm_up_ns = 0;  ///< How long it warmed up.
  bool warmed_up = true;        ///< The rate was steady when the window opened.
  /// All windows, in order; those before the last were repeated because they were disturbed.
  std::vector<WindowRecord> windows;
  std::uint32_t chosen_window = 0;          ///< The least disturbed one.
  MemoryRecord memory;                      ///< At the end of the window.
  std::optional<MemoryRecord> idle_memory;  ///< With all workers in front of the gate.
  std::vector<WorkerRecord> workers;
  std::vector<DeathRecord> deaths;
  std::optional<SurvivorsRecord> survivors;
  std::uint32_t restarts = 0;
  std::uint32_t resets = 0;              ///< Times the shared state was made anew.
  std::uint32_t supervisor_repairs = 0;  ///< Times the supervisor had it repaired.
  std::uint32_t spares_taken = 0;        ///< Restarts that a spare process took over.
  bool gave_up_restarting = false;
  /// How the work went on in the chosen window, in trials with faults: (ns since its start, units
  /// finished by then by all workers together).
  std::vector<std::pair<std::int64_t, std::uint64_t>> progress;
  /// Of each worker, in trials with faults: what of the settings of its process or thread changed
  /// (see process_state.hpp and own_settings.hpp); empty for nothing, or another process.
  std::vector<std::string> process_changes;
  std::vector<HazardRecord> hazards = {};
  bool fault_struck = false;
  std::int64_t struck_ns = 0;
  /// When all workers together were back at nine tenths of their rate before the fault, for good;
  /// 0: never, or the rate before is unknown.
  std::int64_t back_to_speed_ns = 0;
  std::uint32_t killed_at_end = 0;  ///< Compartments that did not end when asked to.
  /// Compartments that lived on after a SIGKILL of ours (see Compartments), and so were not
  /// replaced.
  std::uint32_t outlived_kill = 0;
  VerifyRecord verify;
  bool one_object = false;               ///< All workers, whatever the mode, saw one arena.
  std::optional<OrphansRecord> orphans;  ///< Where a fault ended the supervisor.
  /// What it had, where a fault may strike or one was asked for; see own_priority.
  std::string supervisor_priority = {};
  std::string error_output;  ///< What the compartments wrote to stdout and stderr, bounded.

  [[nodiscard]] const WindowRecord* window() const noexcept {
    return chosen_window < windows.size() ? &windows[chosen_window] : nullptr;
  }
};

/// One line of JSON, and back. Numbers that are not finite never occur. `from_json` throws
/// std::runtime_error on anything that is not such a line.
[[nodiscard]] std::string to_json(const TrialRecord& record);
[[nodiscard]] TrialRecord trial_record_from_json(const std::string& text);

}  // namespace bulkhead

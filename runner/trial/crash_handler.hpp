// A crashing worker's last words, and its own way out of a crash. For trials with faults only.
//
// The handler runs on a stack of its own, on the thread that crashes, whatever state the process is
// in: it calls what is async-signal-safe, and backtrace(), which is so in practice once it has been
// used (libgcc 12 looks up unwinding tables by _dl_find_object, which takes no lock). It writes
// into a report in shared memory and lets the signal do what it would have done. A second crash
// while it looks at the stack costs the stack and nothing else.
#pragma once

#include <setjmp.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "ipc/region.hpp"
#include "runner/plan/plan.hpp"

namespace bulkhead {

class Worker;
class Workload;

/// What a worker writes about its crash. The supervisor believes nothing of it beyond its form.
struct CrashReport {
  static constexpr std::size_t most_frames = 24;

  std::atomic<std::uint32_t> number{0};  // The signal; 0: none. Written when the rest is.
  std::int32_t code = 0;                 // si_code
  std::uint64_t address = 0;             // si_addr
  std::uint64_t error = 0;               // The processor's word on a page fault; 0: unknown.
  std::uint64_t counter = 0;             // Where it was; 0: unknown.
  std::uint64_t stack_pointer = 0;
  std::atomic<std::uint32_t> depth{0};
  std::array<std::uint64_t, most_frames> frames{};  // Return addresses, innermost first.
};

/// What the handlers of a trial's workers write to and run on: a report and a stack each. Shared
/// memory, made before the first fork, so that a starting process has nothing to map.
class CrashDesk {
 public:
  explicit CrashDesk(std::uint32_t worker_count);

  [[nodiscard]] std::span<CrashReport> reports() const noexcept { return reports_; }
  [[nodiscard]] std::span<std::byte> stack(std::uint32_t worker) const noexcept;

 private:
  std::size_t reports_bytes_;
  Region region_;
  std::span<CrashReport> reports_;
};

/// Lives on the worker's own thread and for it alone.
class CrashHandler {
 public:
  /// So often it goes on after a crash; then it lets itself die.
  static constexpr std::uint32_t most_caught = 1000;

  /// `desk` and `caught` must outlive this object. Throws std::system_error.
  CrashHandler(const CrashDesk& desk, std::uint32_t worker, SelfRecovery recovery,
               std::atomic<std::uint32_t>& caught);
  ~CrashHandler();
  CrashHandler(const CrashHandler&) = delete;
  CrashHandler& operator=(const CrashHandler&) = delete;

  /// Runs the workload's loop; where the plan wants it, again after every crash that it caught.
  /// What lay on the stack then is forgotten and not destroyed: a lock stays held, memory taken.
  void run(Workload& workload, Worker& worker);

  /// Before the first fork: takes the signals, which without a handler of the thread they end do
  /// what they always do, and looks at a stack, so that no handler is the first that does. Throws
  /// std::system_error.
  static void listen(SelfRecovery recovery);

 private:
  static void on_signal(int number, siginfo_t* info, void* context);
  void meet(int number, const siginfo_t& info, const void* context);
  void write_report(int number, const siginfo_t& info, const void* context) noexcept;

  CrashReport& report_;
  SelfRecovery recovery_;
  std::atomic<std::uint32_t>& caught_;
  sigjmp_buf before_work_;
  volatile sig_atomic_t works_ = 0;
  sigjmp_buf before_look_;
  volatile sig_atomic_t looks_ = 0;  // At its stack.
};

}  // namespace bulkhead

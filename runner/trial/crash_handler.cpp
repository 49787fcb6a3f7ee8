#include "runner/trial/crash_handler.hpp"

#include <execinfo.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>

#include "ipc/start_path.hpp"
#include "ipc/system_call.hpp"
#include "ipc/system_error.hpp"
#include "workloads/workload.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BULKHEAD_CRASHES_ARE_REPORTED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BULKHEAD_CRASHES_ARE_REPORTED
#endif

namespace bulkhead {
namespace {

// backtrace() needs a few KiB.
constexpr std::size_t handler_stack_bytes = std::size_t{64} << 10;
constexpr int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

thread_local CrashHandler* handler_of_thread = nullptr;

/// The crashes after which programs have been seen to go on.
bool can_be_caught(int number) noexcept {
  return number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL;
}

/// Sanitizers have handlers of their own.
constexpr bool sanitizer_reports =
#ifdef BULKHEAD_CRASHES_ARE_REPORTED
    true;
#else
    false;
#endif

}  // namespace

CrashDesk::CrashDesk(std::uint32_t worker_count)
    : reports_bytes_((worker_count * sizeof(CrashReport) + page_bytes() - 1) / page_bytes() *
                     page_bytes()),
      region_(Sharing::shared, reports_bytes_ + worker_count * handler_stack_bytes, "crash desk"),
      // All zero is an empty report.
      reports_(reinterpret_cast<CrashReport*>(region_.data()), worker_count) {}

BULKHEAD_START_PATH std::span<std::byte> CrashDesk::stack(std::uint32_t worker) const noexcept {
  return {region_.data() + reports_bytes_ + worker * handler_stack_bytes, handler_stack_bytes};
}

BULKHEAD_START_PATH CrashHandler::CrashHandler(const CrashDesk& desk, std::uint32_t worker,
                                               SelfRecovery recovery,
                                               std::atomic<std::uint32_t>& caught)
    : report_(desk.reports()[worker]), recovery_(recovery), caught_(caught) {
  handler_of_thread = this;
  if (sanitizer_reports && recovery == SelfRecovery::none) return;
  stack_t stack{};
  stack.ss_sp = desk.stack(worker).data();
  stack.ss_size = handler_stack_bytes;
  if (const long answer = system_call(SYS_sigaltstack, &stack, nullptr); answer != 0) {
    throw_error(static_cast<int>(-answer), "sigaltstack: have a stack for crashes");
  }
}

void CrashHandler::listen(SelfRecovery recovery) {
  void* frames[2];
  static_cast<void>(backtrace(frames, 2));
  if (sanitizer_reports && recovery == SelfRecovery::none) return;
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int number : crashes) {
    const bool wanted = !sanitizer_reports || can_be_caught(number);
    if (wanted && sigaction(number, &action, nullptr) != 0) {
      throw_errno("sigaction: say something about crashes");
    }
  }
}

CrashHandler::~CrashHandler() {
  handler_of_thread = nullptr;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
}

BULKHEAD_START_PATH void CrashHandler::run(Workload& workload, Worker& worker) {
  if (recovery_ == SelfRecovery::siglongjmp) {
    // A crash comes back here, with the signals as they are now.
    if (sigsetjmp(before_work_, 1) != 0) caught_.fetch_add(1, std::memory_order_relaxed);
    works_ = 1;
  }
  workload.run(worker);
  works_ = 0;
}

void CrashHandler::on_signal(int number, siginfo_t* info, void* context) {
  if (handler_of_thread != nullptr) handler_of_thread->meet(number, *info, context);
  // It is blocked until this returns, and then does what it does to a program without handlers.
  signal(number, SIG_DFL);
  syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number);
}

void CrashHandler::meet(int number, const siginfo_t& info, const void* context) {
  if (looks_ != 0) siglongjmp(before_look_, 1);
  const bool goes_on =
      works_ != 0 && can_be_caught(number) && caught_.load(std::memory_order_relaxed) < most_caught;
  if (goes_on) {
    works_ = 0;
    siglongjmp(before_work_, 1);
  }
  write_report(number, info, context);
}

void CrashHandler::write_report(int number, const siginfo_t& info, const void* context) noexcept {
  report_.code = info.si_code;
  report_.address = reinterpret_cast<std::uintptr_t>(info.si_addr);
#if defined(__x86_64__)
  const auto& registers = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs;
  if (number == SIGSEGV) report_.error = static_cast<std::uint64_t>(registers[REG_ERR]);
  report_.counter = static_cast<std::uint64_t>(registers[REG_RIP]);
  report_.stack_pointer = static_cast<std::uint64_t>(registers[REG_RSP]);
#elif defined(__aarch64__)
  const auto& registers = static_cast<const ucontext_t*>(context)->uc_mcontext;
  report_.counter = registers.pc;
  report_.stack_pointer = registers.sp;
#endif
  report_.depth.store(0, std::memory_order_relaxed);
  // Release: whoever sees the number sees what it is about.
  report_.number.store(static_cast<std::uint32_t>(number), std::memory_order_release);
  void* frames[CrashReport::most_frames];
  looks_ = 1;
  const int depth = sigsetjmp(before_look_, 1) == 0
                        ? backtrace(frames, static_cast<int>(CrashReport::most_frames))
                        : 0;
  looks_ = 0;
  for (int index = 0; index < depth; ++index) {
    report_.frames[static_cast<std::size_t>(index)] =
        reinterpret_cast<std::uintptr_t>(frames[index]);
  }
  report_.depth.store(static_cast<std::uint32_t>(std::max(depth, 0)), std::memory_order_release);
}

}  // namespace bulkhead

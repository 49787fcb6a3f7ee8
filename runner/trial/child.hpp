// One child process as an owned object: forked, watched through its pidfd, reaped exactly once.
//
// state    | allowed moves
// running  | -> ended (the kernel's doing; the pidfd becomes readable)
// ended    | -> reaped (reap)
// reaped   | none; no signal can reach a stranger that got the same number
//
// Forks from single-threaded processes only. The child never returns into its parent's code.
#pragma once

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <utility>

#include "ipc/clock.hpp"
#include "ipc/start_path.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead {

/// How a child ended, and what it and its threads used.
struct ChildEnd {
  siginfo_t info{};
  rusage used{};

  /// User and system time.
  [[nodiscard]] std::int64_t cpu_ns() const noexcept {
    return to_ns(used.ru_utime) + to_ns(used.ru_stime);
  }
};

class Child {
 public:
  Child() = default;

  /// Forks. The child dies with the thread that forked it, has an empty signal mask, runs `body`
  /// and leaves by _exit with its answer; an exception ends it with `uncaught_exit_code`. Throws
  /// std::system_error when fork or pidfd_open refuses; no child is left then.
  template <class Body>
  [[nodiscard]] static Child start(Body body) {
    return start(&call<Body>, &body);
  }

  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// Kills and reaps a child that still runs.
  ~Child();

  /// Alive or ended, and not reaped yet.
  [[nodiscard]] bool exists() const noexcept { return pidfd_.open(); }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] int pidfd() const noexcept { return pidfd_.get(); }

  /// Whether it was stopped by a signal (SIGSTOP and the like) and not continued since; its pidfd
  /// says nothing of that.
  [[nodiscard]] bool is_stopped() const noexcept;

  /// Sends a signal; false when the child has ended.
  bool signal(int number) const noexcept;

  /// The end, if it came before the deadline; a deadline in the past just looks. Reaps. One that
  /// somebody else has reaped, as waitpid(-1) does, does not exist from then on and has no end.
  [[nodiscard]] std::optional<ChildEnd> reap(Deadline deadline);

  static constexpr int uncaught_exit_code = 70;  // EX_SOFTWARE of sysexits.h

 private:
  using Call = int (*)(void* body);

  // No std::function, whose own code lies apart from all else that a child runs on its way.
  template <class Body>
  BULKHEAD_START_PATH static int call(void* body) {
    return (*static_cast<Body*>(body))();
  }
  [[nodiscard]] static Child start(Call call, void* body);

  Child(pid_t pid, UniqueFd pidfd) noexcept : pid_(pid), pidfd_(std::move(pidfd)) {}

  pid_t pid_ = 0;
  UniqueFd pidfd_;
};

/// Puts every signal back to its default action; handlers of a sanitizer or a test framework would
/// otherwise turn a crash into an exit code. Once, in the supervisor: its children inherit it.
void reset_signal_handlers() noexcept;

}  // namespace bulkhead

// What the makers of short-lived children have in common: a child is reaped whatever happens to its
// maker, and a refusal names its limit.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "ipc/system_error.hpp"
#include "workloads/worker.hpp"

namespace bulkhead {

// ThreadSanitizer keeps its state of a thread where a child that shares memory would share it with
// its maker.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool children_may_share_memory = false;
#elif defined(__has_feature)
inline constexpr bool children_may_share_memory = !__has_feature(thread_sanitizer);
#else
inline constexpr bool children_may_share_memory = true;
#endif

/// A child that is reaped whatever happens.
class Reaped {
 public:
  explicit Reaped(pid_t pid) : pid_(pid) {}
  Reaped(const Reaped&) = delete;
  Reaped& operator=(const Reaped&) = delete;
  ~Reaped() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  }

  /// Whether it ended by itself, and well.
  [[nodiscard]] bool ended_well(Worker& worker) {
    Patience patience(worker, worker.index());
    int status = 0;
    while (waitpid(pid_, &status, 0) != pid_) {
      if (errno != EINTR) throw WorkerStuck(std::string("waitpid: ") + error_text(errno));
      patience();
    }
    pid_ = 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t pid_;
};

[[noreturn]] inline void refused(const char* call, int error) {
  throw WorkerStuck(std::string(call) + ": " + error_text(error) +
                    " (see 'ulimit -u' and the cgroup's pids.max)");
}

/// `pid` as fork(2) and its like answered; whether the child ended well. On the maker's thread,
/// with a Heartbeat.
inline bool reap(pid_t pid, const char* call, Worker& worker) {
  if (pid < 0) refused(call, errno);
  return Reaped(pid).ended_well(worker);
}

}  // namespace bulkhead

// The supervisor's one wait: for a deadline, a condition on the scoreboard, an end of a
// compartment, a request to stop. Everything that can happen during a trial happens inside it.
#pragma once

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "ipc/clock.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/trial/compartments.hpp"

namespace bulkhead {

enum class Wake {
  deadline,     ///< The time has come.
  condition,    ///< What was waited for is true.
  interrupted,  ///< SIGTERM: end the trial.
  nobody_left,  ///< Every compartment is gone, and none will come again.
};

class Watch {
 public:
  /// Blocks SIGTERM and listens for it. Throws std::system_error.
  Watch();

  /// The descriptor by which workers say "all are ready" or "all have ended".
  [[nodiscard]] int notice_fd() const noexcept { return notice_.get(); }
  [[nodiscard]] bool interrupted() const noexcept { return interrupted_; }

  /// Waits, and tends the compartments meanwhile. The condition is looked at after each event, and
  /// every 20 ms, since a notice may be lost with a dying worker.
  template <class Condition>
  Wake until(Deadline deadline, Compartments& compartments, Condition&& condition) {
    for (;;) {
      if (interrupted_) return Wake::interrupted;
      if (condition()) return Wake::condition;
      if (!compartments.any_left()) return Wake::nobody_left;
      const std::int64_t left_ns = deadline.left_ns();
      if (left_ns == 0) return Wake::deadline;
      sleep(std::min(left_ns, look_again_ns), compartments);
      compartments.tend();
    }
  }
  Wake until(Deadline deadline, Compartments& compartments) {
    return until(deadline, compartments, [] { return false; });
  }

  /// The same, but a request to stop does not cut it short: for the stopping itself.
  Wake until_gone(Deadline deadline, Compartments& compartments);

 private:
  static constexpr std::int64_t look_again_ns = 20'000'000;

  /// Sleeps until something happens, at most so long.
  void sleep(std::int64_t at_most_ns, const Compartments& compartments);

  UniqueFd notice_;
  UniqueFd signals_;
  std::vector<pollfd> fds_;
  bool interrupted_ = false;
};

}  // namespace bulkhead

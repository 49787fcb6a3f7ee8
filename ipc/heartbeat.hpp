// Interrupts the blocking system calls of one thread now and then, so that a wait without a time
// limit is a wait in slices: read(2), futex(2) and their like return with EINTR, and the thread can
// look whether there is still something to wait for. A time limit in each call would cost the
// kernel a timer each time, which is several percent of a hand-over; this costs two interruptions
// in a hundred milliseconds.
//
// An interruption that comes just before the call begins is lost, and the next one serves.
#pragma once

#include <signal.h>
#include <time.h>

#include <cstdint>

#include "ipc/clock.hpp"

namespace bulkhead {

/// For the thread that makes it, which must also be the one that destroys it. Does not outlive a
/// fork. The handler of its signal stays: by default that one is ignored.
class Heartbeat {
 public:
  static constexpr std::int64_t period_ns = 20 * ns_per_ms;
  static constexpr int signal_number = SIGURG;

  /// Throws std::system_error when the system has no timer left.
  Heartbeat();
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  timer_t timer_{};
};

}  // namespace bulkhead

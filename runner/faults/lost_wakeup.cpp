// A waiter that looks at its flag without the lock, and only then takes the lock and sleeps. The
// flag is set and the signal given in between: nobody hears it, and no other one will come.

#include <pthread.h>

#include <cerrno>

#include "runner/faults/duet.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::lost_wakeup_fault {
namespace {

constexpr std::uint32_t lock = 0;

/// Until the signal that was given already, and so until the end.
void sleep_on(Stage& stage, Deadline end) {
  const timespec until = end.as_timespec();
  int answer = 0;
  while (answer == 0) {
    answer = pthread_cond_timedwait(&stage.condition, &stage.locks[lock], &until);
  }
}

void wait_for_signal(Stage& stage, Deadline end) {
  const Deadline soon = Deadline::in(meeting_patience_ns);
  // Outside of the lock: that is the mistake.
  const bool is_set = stage.words[0].value.load(std::memory_order_acquire) != 0;
  if (!keep_step(stage, Role::culprit, soon) || !keep_step(stage, Role::culprit, soon)) return;
  if (is_set || !take(stage, Role::culprit, lock, soon)) return;
  report(stage, 1, 1);
  sleep_on(stage, end);
  give_back(stage, lock);
}

/// All as it should be.
void give_signal(Stage& stage) {
  const Deadline soon = Deadline::in(meeting_patience_ns);
  if (!keep_step(stage, Role::partner, soon) || !take(stage, Role::partner, lock, soon)) return;
  stage.words[0].value.store(1, std::memory_order_release);
  pthread_cond_signal(&stage.condition);
  give_back(stage, lock);
  static_cast<void>(keep_step(stage, Role::partner, soon));
}

void strike(const Strike& strike) {
  if (!are_two(strike)) return;
  if (strike.role == Role::partner) return give_signal(*strike.stage);
  wait_for_signal(*strike.stage, end_of(strike));
}

const FaultRegistry::Registration registered{{
    .name = "lost-wakeup",
    .family = "liveness",
    .help = "looks at a flag without the lock and then sleeps; the next worker gave the signal in"
            " between",
    .ends_as = "stall",
    .also = {Outcome::harmless},  // Where they never met.
    .duet = Duet::hinders,
    .parameters = {lasting("3s")},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::lost_wakeup_fault

// How the ends of a ring in shared memory wait: they spin, and give their time away now and then.
#pragma once

#include <sched.h>

#include "ipc/lock.hpp"

namespace bulkhead {

/// Spins until `ready()`; calls `patience()`, which may throw, between the rounds.
template <class Ready, class Patience>
[[gnu::always_inline]] inline void spin_until(const Ready& ready, Patience& patience) {
  constexpr int spins_before_yield = 1000;
  for (;;) {
    for (int spin = 0; spin < spins_before_yield; ++spin) {
      if (ready()) return;
      cpu_relax();
    }
    patience();
    sched_yield();  // With more workers than CPUs the other end may be waiting for ours.
  }
}

}  // namespace bulkhead

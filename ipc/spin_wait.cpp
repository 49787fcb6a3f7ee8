#include "ipc/spin_wait.hpp"

#include <sched.h>

#include <algorithm>

namespace bulkhead {
namespace {

constexpr std::uint32_t spins_a_round = 100;
constexpr std::uint32_t rounds_before_clock = 16;
constexpr std::uint32_t most_pauses = 1024;

}  // namespace

bool SpinWait::go_on() noexcept {
  cpu_relax();
  if (++spins_ < spins_a_round) return true;
  spins_ = 0;
  if (++rounds_ % rounds_before_clock == 0 && deadline_.passed()) return false;
  if (policy_ == SpinPolicy::bounded) sched_yield();
  return true;
}

bool SpinWait::back_off() noexcept {
  for (std::uint32_t pause = 1; pause < pauses_; ++pause) cpu_relax();
  // A long pause stands for as many spins, so that yields and looks at the clock keep their pace.
  spins_ += pauses_ - 1;
  pauses_ = std::min(2 * pauses_, most_pauses);
  return go_on();
}

}  // namespace bulkhead

// In how many trials the shared state was found in which health at the end. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "runner/reports/trial_list.hpp"

namespace bulkhead {

struct StateCount {
  using Health = VerifyRecord::Health;

  std::uint32_t sound = 0;
  std::uint32_t lossy = 0;
  std::uint32_t torn = 0;
  std::uint32_t unreachable = 0;
  std::string worst_finding;  ///< Of the first trial with the worst health.

  [[nodiscard]] std::uint32_t total() const noexcept { return sound + lossy + torn + unreachable; }
  [[nodiscard]] bool all_sound() const noexcept { return sound == total(); }
};

[[nodiscard]] inline StateCount count_states(const TrialList& trials) {
  StateCount count;
  VerifyRecord::Health worst = VerifyRecord::Health::sound;
  for (const TrialRecord* trial : trials) {
    const VerifyRecord& verify = trial->verify;
    switch (verify.health) {
      case VerifyRecord::Health::sound:
        ++count.sound;
        break;
      case VerifyRecord::Health::lossy:
        ++count.lossy;
        break;
      case VerifyRecord::Health::torn:
        ++count.torn;
        break;
      case VerifyRecord::Health::unreachable:
        ++count.unreachable;
        break;
    }
    // The enumerators are ordered from best to worst.
    if (count.total() == 1 || verify.health > worst) {
      worst = verify.health;
      count.worst_finding = verify.finding;
    }
  }
  return count;
}

}  // namespace bulkhead

#include <fmt/format.h>

#include <algorithm>

#include "ipc/lock_list.hpp"
#include "runner/reports/explain/sentences.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

/// The worst health that was found, and in how many trials; requires that one was unsound.
struct WorstState {
  std::string_view health;
  std::uint32_t trials;
};

WorstState worst_state(const StateCount& state) {
  if (state.unreachable > 0) return {"unreachable", state.unreachable};
  if (state.torn > 0) return {"torn", state.torn};
  return {"lossy", state.lossy};
}

/// "torn in 7 of 7 trials of thread and 6 of 7 of process", and whatever `more` says of a mode.
template <class State, class More>
std::string found_states(const std::vector<const ModeSummary*>& unsound, State state_of,
                         More more) {
  std::vector<std::string> texts;
  std::string_view said;
  for (const ModeSummary* mode : unsound) {
    const StateCount& state = state_of(*mode);
    const WorstState worst = worst_state(state);
    const bool again = worst.health == said;
    said = worst.health;
    texts.push_back(fmt::format("{}{}{} of {}{}", again ? "" : fmt::format("{} in ", worst.health),
                                part_of(worst.trials, state.total()), again ? "" : " trials",
                                mode->mode.name, more(*mode)));
  }
  return enumerate(texts);
}

bool takes_lock(const Plan& plan) {
  return plan.workload->takes_lock == TakesLock::yes;
}

bool may_fail_to_exclude(const Plan& plan) {
  const LockDescription* lock = find_lock(plan.lock);
  return takes_lock(plan) && lock && !lock->meant.mutual_exclusion;
}

/// Why a fault could leave the state unsound, as far as the rules of the lock explain it.
std::string reason(const Summary& summary, const std::vector<const ModeSummary*>& unsound) {
  const Plan& plan = summary.plan;
  const bool nobody_died = std::all_of(unsound.begin(), unsound.end(), [](const ModeSummary* mode) {
    return mode->isolation->exit_causes.empty();
  });
  if (nobody_died) return "; nobody died there, so nothing told the others";
  const LockDescription* lock = takes_lock(plan) ? find_lock(plan.lock) : nullptr;
  if (!lock) return "";
  if (!lock->meant.mutual_exclusion) return fmt::format("; lock {} does not exclude", plan.lock);
  switch (lock->owner_death) {
    case OwnerDeath::reported:
      return fmt::format("; lock {} tells the next holder of a death, but did not save it",
                         plan.lock);
    case OwnerDeath::waits_for_ever:
      return fmt::format("; lock {} tells nobody that its holder died", plan.lock);
    case OwnerDeath::unnoticed:
      return fmt::format("; lock {} lets the next one in and tells it nothing of a death",
                         plan.lock);
  }
  return "";
}

/// ", 3 of 4 workers of process were left waiting or gave up", of the mode with the most.
std::string stuck(const Summary& summary) {
  const ModeSummary* most = nullptr;
  for (const ModeSummary& mode : summary.modes) {
    const auto& range = mode.isolation->stuck_workers;
    if (!range || range->most == 0) continue;
    if (!most || range->most > most->isolation->stuck_workers->most) most = &mode;
  }
  if (!most) return "";
  return fmt::format("; up to {} workers were stuck at the end ({})",
                     part_of(most->isolation->stuck_workers->most, summary.plan.worker_count),
                     most->mode.name);
}

std::string repaired(const Summary& summary) {
  std::uint64_t most = 0;
  for (const ModeSummary& mode : summary.modes) {
    if (mode.isolation->repairs) most = std::max(most, mode.isolation->repairs->most);
  }
  if (most == 0) return "";
  return fmt::format("; the next holder of the lock repaired it (up to {} a trial)",
                     plural(most, "time"));
}

std::string missing(const ModeSummary& mode) {
  if (mode.cost.missing_share == 0) return "";
  return fmt::format(" ({} of the operations missing)", percent(mode.cost.missing_share));
}

}  // namespace

std::optional<std::string> fault_free_state_sentence(const Summary& summary) {
  std::vector<const ModeSummary*> unsound;
  for (const ModeSummary& mode : summary.modes) {
    if (!mode.cost.state.all_sound()) unsound.push_back(&mode);
  }
  if (unsound.empty()) return std::nullopt;
  const auto state = [](const ModeSummary& mode) -> const StateCount& { return mode.cost.state; };
  return fmt::format("State: even without a fault {}{}.", found_states(unsound, state, missing),
                     may_fail_to_exclude(summary.plan)
                         ? fmt::format("; lock {} does not exclude", summary.plan.lock)
                         : "");
}

std::optional<std::string> fault_state_sentence(const Summary& summary) {
  std::vector<const ModeSummary*> unsound;
  std::uint32_t trials = 0;
  for (const ModeSummary& mode : summary.modes) {
    if (!mode.isolation) return std::nullopt;
    trials += mode.isolation->struck;
    if (!mode.isolation->state.all_sound()) unsound.push_back(&mode);
  }
  if (trials == 0) return std::nullopt;
  if (unsound.empty()) {
    return fmt::format("State: sound after the fault in every trial{}{}.", repaired(summary),
                       stuck(summary));
  }
  const auto state = [](const ModeSummary& mode) -> const StateCount& {
    return mode.isolation->state;
  };
  const auto no_more = [](const ModeSummary&) { return ""; };
  return fmt::format("State: after the fault {}{}{}.", found_states(unsound, state, no_more),
                     reason(summary, unsound), stuck(summary));
}

}  // namespace bulkhead

#include "runner/trial/noticed_by.hpp"

#include <algorithm>

#include "runner/trial/containment.hpp"

namespace bulkhead {

std::string_view noticed_by(const TrialRecord& trial) {
  const auto any_worker = [&trial](auto is_such) {
    return std::any_of(trial.workers.begin(), trial.workers.end(), is_such);
  };
  if (trial.orphans) return "supervisor's end";
  if (!trial.deaths.empty()) {
    const bool stalled = trial.deaths.front().cause.kind == ExitCause::Kind::stalled;
    return stalled ? "progress beat" : "process's end";
  }
  if (any_worker([](const WorkerRecord& worker) { return worker.canary_broken; })) return "canary";
  if (trial.verify.health != VerifyRecord::Health::sound) return "verification";
  if (trial.killed_at_end > 0 || any_worker(is_stuck)) return "end of the trial";
  if (any_worker(is_refused_sibling)) return "refusal";
  if (has_changed_sibling(trial)) return "settings compared";
  return "nobody";
}

}  // namespace bulkhead

// The runner's side of a trial: forks its supervisor, waits for the record, ends what must end.
#pragma once

#include "ipc/unique_fd.hpp"
#include "runner/plan/plan.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

class LiveBoard;

/// SIGINT, SIGTERM and SIGHUP as something to wait for, while this object lives. The runner's
/// signal mask is put back at the end.
class Interrupts {
 public:
  /// Throws std::system_error.
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  /// Counts what has arrived since, and answers how many there were in all.
  [[nodiscard]] int count() noexcept;

 private:
  UniqueFd fd_;
  int count_ = 0;
};

/// Runs one trial in a supervisor of its own. The first interrupt asks it to end early, the second
/// one kills it; one that outlives its deadlines is killed too. The record says what happened; no
/// process is left. `onlookers` is told how it goes, unless it is null. Throws std::system_error
/// when not even a supervisor can be started.
[[nodiscard]] TrialRecord run_trial(const Plan& plan, const TrialId& id, Interrupts& interrupts,
                                    LiveBoard* onlookers = nullptr);

}  // namespace bulkhead

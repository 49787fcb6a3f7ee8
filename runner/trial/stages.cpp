#include "runner/trial/stages.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "ipc/robust_mutex.hpp"
#include "ipc/system_error.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead {
namespace {

void init_shared_condition(pthread_cond_t& condition) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  const int error = pthread_cond_init(&condition, &attributes);
  pthread_condattr_destroy(&attributes);
  if (error != 0) throw_error(error, "pthread_cond_init: share a condition between processes");
}

}  // namespace

Stages::Stages(std::span<const FaultPlan> faults) {
  for (std::size_t index = 0; index < faults.size(); ++index) {
    if (faults[index].entry->duet == Duet::no) continue;
    stages_.resize(faults.size());
    regions_.emplace_back(Sharing::shared, sizeof(Stage), "stage");
    stages_[index] = new (regions_.back().data()) Stage;
    set_up(*stages_[index]);
  }
}

void Stages::set_up(Stage& stage) {
  for (pthread_mutex_t& lock : stage.locks) {
    init_shared_mutex(lock, {.robustness = PTHREAD_MUTEX_ROBUST});
  }
  init_shared_condition(stage.condition);
  int ends[2];
  // Neither side ever blocks in the kernel, whatever becomes of the other one.
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw_errno("pipe2: give two workers a pipe");
  pipe_ends_.emplace_back(stage.pipe_out = ends[0]);
  pipe_ends_.emplace_back(stage.pipe_in = ends[1]);
}

Stage* Stages::of(std::size_t fault) const noexcept {
  return fault < stages_.size() ? stages_[fault] : nullptr;
}

std::vector<HazardRecord> Stages::results(std::span<const FaultPlan> faults) const {
  std::vector<HazardRecord> results;
  for (std::size_t index = 0; index < stages_.size(); ++index) {
    if (stages_[index] == nullptr) continue;
    const Stage& stage = *stages_[index];
    HazardRecord hazard;
    hazard.fault = faults[index].entry->name;
    hazard.corrupts = faults[index].entry->duet == Duet::corrupts;
    hazard.tries = stage.tries.load(std::memory_order_relaxed);
    // A worker that scribbles over it spoils the numbers and no more.
    hazard.seen = std::min(stage.seen.load(std::memory_order_relaxed), hazard.tries);
    hazard.waited_ns = std::max<std::int64_t>(0, stage.waited_ns.load(std::memory_order_relaxed));
    if (hazard.tries > 0) results.push_back(std::move(hazard));
  }
  return results;
}

}  // namespace bulkhead

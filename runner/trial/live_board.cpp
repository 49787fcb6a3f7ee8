#include "runner/trial/live_board.hpp"

#include <new>

#include "ipc/scoreboard.hpp"
#include "runner/trial/compartments.hpp"

namespace bulkhead {
namespace {

LaneState lane_state(const WorkerSlot& slot, bool has_process) noexcept {
  const WorkerState state = slot.state.load(std::memory_order_relaxed);
  if (state == WorkerState::done) return LaneState::done;
  if (!has_process) return LaneState::gone;
  if (state != WorkerState::running) return LaneState::starting;
  return slot.waiting.load(std::memory_order_relaxed) != 0 ? LaneState::in_line
                                                           : LaneState::working;
}

}  // namespace

LiveBoard::LiveBoard(std::uint32_t worker_count)
    : region_(Sharing::shared, worker_count * sizeof(Lane), "bulkhead-live"),
      lanes_(new (region_.data()) Lane[worker_count], worker_count) {}

void LiveBoard::post(const Scoreboard& scoreboard, const Compartments& compartments) noexcept {
  for (std::uint32_t worker = 0; worker < lanes_.size(); ++worker) {
    const WorkerSlot& slot = scoreboard.slots()[worker];
    lanes_[worker].finished.store(slot.before_reset.load(std::memory_order_relaxed) +
                                      slot.finished.load(std::memory_order_relaxed),
                                  std::memory_order_relaxed);
    lanes_[worker].state.store(lane_state(slot, compartments.process_of(worker) != 0),
                               std::memory_order_relaxed);
    lanes_[worker].generation.store(slot.generation.load(std::memory_order_relaxed),
                                    std::memory_order_relaxed);
  }
}

std::vector<LaneView> LiveBoard::look() const {
  std::vector<LaneView> views;
  for (const Lane& lane : lanes_) {
    views.push_back({lane.finished.load(std::memory_order_relaxed),
                     lane.state.load(std::memory_order_relaxed),
                     lane.generation.load(std::memory_order_relaxed)});
  }
  return views;
}

}  // namespace bulkhead

#include "ipc/scoreboard.hpp"

#include <cassert>
#include <new>

namespace bulkhead {

Scoreboard::Scoreboard(std::uint32_t worker_count)
    : region_(Sharing::shared, sizeof(Control) + worker_count * sizeof(WorkerSlot), "scoreboard") {
  assert(worker_count > 0);
  control_ = new (region_.data()) Control();
  // The pages come zeroed, which is what an empty slot is. Running constructors would touch every
  // histogram: ten megabytes for a thousand workers before the first one starts.
  slots_ = {reinterpret_cast<WorkerSlot*>(region_.data() + sizeof(Control)), worker_count};
}

void Scoreboard::call_all() noexcept {
  for (WorkerSlot& slot : slots_) call(slot);
}

void Scoreboard::call(WorkerSlot& slot) noexcept {
  // Pairs with the worker's own fence (Worker::pause): either it sees the order we gave before, or
  // we come after its store to `limit` and overwrite it.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  slot.limit.store(0, std::memory_order_relaxed);
}

}  // namespace bulkhead

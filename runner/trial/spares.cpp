#include "runner/trial/spares.hpp"

#include "ipc/futex.hpp"
#include "runner/measure/task_counters.hpp"

namespace bulkhead {
void Spares::start(const CompartmentSetup& setup, std::uint32_t count) {
  setup_ = &setup;
  for (std::uint32_t number = 0; number < count; ++number) {
    parked_.push_back(Child::start([&setup, number] { return spare_main(setup, number); }));
  }
}

Child Spares::take(std::uint32_t compartment) {
  for (std::uint32_t number = 0; number < parked_.size(); ++number) {
    Child& spare = parked_[number];
    if (!spare.exists()) continue;
    static_cast<void>(spare.reap(Deadline::at_once()));  // Somebody may have killed it.
    if (!spare.exists()) continue;
    std::atomic<std::uint32_t>& assigned = setup_->memory.spare_desk().assigned[number];
    // Release: the replacement sees the slots as they were prepared for it.
    assigned.store(compartment + 1, std::memory_order_release);
    futex_wake(assigned, 1);
    ++taken_;
    return std::move(spare);
  }
  return {};
}

void Spares::add_memory(MemoryRecord& memory) const {
  for (const Child& spare : parked_) {
    if (spare.exists()) add_process_memory(spare.pid(), memory);
  }
}

}  // namespace bulkhead

// All that is a worker's own and a fault of the trial may harm, change or use up, as far as one of
// them aims at it. The worker makes it when it starts, on its own stack, and looks at it when it
// ends.
#pragma once

#include <cstdint>
#include <optional>

#include "ipc/scoreboard.hpp"
#include "runner/faults/canaries.hpp"
#include "runner/faults/own_settings.hpp"
#include "runner/faults/requests.hpp"

namespace bulkhead {

class Belongings {
 public:
  /// On the worker's own thread. `small_disk` as Requests has it.
  Belongings(std::uint32_t worker, WorkerSlot& slot, AimsAt aim, int small_disk) : slot_(slot) {
    if (has(aim, AimsAt::memory | AimsAt::file)) canaries_.emplace(worker, aim);
    if (has(aim, AimsAt::settings)) settings_.emplace();
    if (has(aim, AimsAt::requests | AimsAt::disk | AimsAt::disk_pages)) {
      requests_.emplace(aim, small_disk, worker, slot.refused);
    }
  }

  /// Null where nothing aims at them.
  [[nodiscard]] const Canaries* canaries() const noexcept {
    return canaries_ ? &*canaries_ : nullptr;
  }
  [[nodiscard]] Requests* requests() noexcept { return requests_ ? &*requests_ : nullptr; }

  /// Writes into the slot what has come over them. Asks once more for what may be refused: who was
  /// slowed down by others may not have come to ask since the fault.
  void look() {
    if (canaries_ && !canaries_->intact()) slot_.canary_broken.store(1, std::memory_order_relaxed);
    if (settings_) slot_.settings_changed.store(settings_->changed(), std::memory_order_relaxed);
    if (requests_) requests_->ask(requests_->next_unit());
  }

 private:
  WorkerSlot& slot_;
  std::optional<Canaries> canaries_;
  std::optional<OwnSettings> settings_;
  std::optional<Requests> requests_;
};

}  // namespace bulkhead

#include "runner/trial/trial_memory.hpp"

#include "ipc/any_lock.hpp"
#include "ipc/arena.hpp"

namespace bulkhead {
namespace {

// For the witness, the lock, the allocator's own records and the alignment of many small objects.
constexpr std::size_t arena_spare_bytes = std::size_t{1} << 20;

}  // namespace

TrialMemory::TrialMemory(const Plan& plan, std::uint64_t seed)
    : scoreboard_(plan.worker_count),
      private_block_(plan.worker_count),
      workload_(plan.workload->make()),
      arena_(std::make_unique<Arena>(workload_->arena_bytes(plan.parameters, plan.worker_count) +
                                     arena_spare_bytes)),
      witness_(arena_->construct<Witness>()),
      lock_(std::make_unique<AnyLock>(*arena_, plan.lock, plan.worker_count)) {
  const std::uint64_t share = plan.extent.operations.value_or(0);
  for (std::uint32_t index = 0; index < plan.worker_count; ++index) {
    const std::uint64_t extra = index < share % plan.worker_count ? 1 : 0;
    const std::uint64_t units =
        plan.extent.operations ? share / plan.worker_count + extra : no_limit;
    scoreboard_.slots()[index].share.store(units, std::memory_order_relaxed);
  }
  workload_->prepare({*arena_, *lock_, plan.parameters, plan.worker_count, seed});
}

TrialMemory::~TrialMemory() = default;

}  // namespace bulkhead

#include "runner/trial/trial_memory.hpp"

#include <algorithm>

#include "ipc/any_lock.hpp"
#include "ipc/arena.hpp"
#include "ipc/lock_list.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/small_disk.hpp"
#include "runner/trial/child.hpp"

namespace bulkhead {
namespace {

// For the witness, the lock, the allocator's own records and the alignment of many small objects.
constexpr std::size_t arena_spare_bytes = std::size_t{1} << 20;
constexpr std::int64_t recovery_patience_ns = 2 * ns_per_second;

}  // namespace

TrialMemory::TrialMemory(const Plan& plan, std::uint64_t seed, std::span<const FaultPlan> faults)
    : plan_(plan),
      seed_(seed),
      scoreboard_(plan.worker_count),
      private_block_(plan.worker_count),
      workload_(plan.workload->make()),
      spare_region_(Sharing::shared, sizeof(SpareDesk), "spares"),
      spare_desk_(new (spare_region_.data()) SpareDesk),
      crash_desk_(plan.worker_count),
      stages_(faults),
      arena_(std::make_unique<Arena>(workload_->arena_bytes(plan.parameters, plan.worker_count) +
                                     arena_spare_bytes)) {
  const std::uint64_t share = plan.extent.operations.value_or(0);
  for (std::uint32_t index = 0; index < plan.worker_count; ++index) {
    const std::uint64_t extra = index < share % plan.worker_count ? 1 : 0;
    const std::uint64_t units =
        plan.extent.operations ? share / plan.worker_count + extra : no_limit;
    scoreboard_.slots()[index].share.store(units, std::memory_order_relaxed);
  }
  const auto aims_at_disk = [](const FaultPlan& fault) {
    return has(fault.entry->aims_at, AimsAt::disk | AimsAt::disk_pages);
  };
  if (std::any_of(faults.begin(), faults.end(), aims_at_disk)) {
    small_disk_ = make_small_disk(plan.worker_count);
  }
  lay_out();
}

void TrialMemory::lay_out() {
  witness_ = arena_->construct<Witness>();
  lock_ = std::make_unique<AnyLock>(*arena_, plan_.lock, plan_.worker_count, plan_.spin);
  workload_->prepare({*arena_, *lock_, plan_.parameters, plan_.worker_count, seed_});
}

std::span<std::byte> TrialMemory::arena_bytes() const noexcept {
  return arena_->bytes();
}

bool TrialMemory::is_lock_held_by(std::uint32_t worker, std::uint32_t tid) const {
  return lock_->held_by({worker}, tid);
}

bool TrialMemory::may_hold_lock(std::uint32_t worker, std::uint32_t tid) const {
  return lock_->may_be_held_by({worker}, tid);
}

void TrialMemory::reset() {
  const std::uint32_t nonce = witness_->nonce.load(std::memory_order_relaxed);
  const std::uint32_t visits = witness_->visits.load(std::memory_order_relaxed);
  // The old object refers to what lay in the arena.
  workload_ = plan_.workload->make();
  arena_->reset();
  lay_out();
  witness_->nonce.store(nonce, std::memory_order_relaxed);
  witness_->visits.store(visits, std::memory_order_relaxed);
  for (WorkerSlot& slot : scoreboard_.slots()) {
    slot.before_reset.fetch_add(slot.finished.load(std::memory_order_relaxed),
                                std::memory_order_relaxed);
    slot.finished.store(0, std::memory_order_relaxed);
  }
}

bool TrialMemory::recover_from(std::uint32_t worker) {
  // A robust lock tells its next taker, who may be at it already.
  if (find_lock(plan_.lock)->owner_death != OwnerDeath::waits_for_ever) return false;
  const LockUser user{worker};
  const std::uint32_t tid = scoreboard_.slots()[worker].tid.load(std::memory_order_relaxed);
  if (!lock_->held_by(user, tid)) return false;
  Child child =
      Child::start([&] { return workload_->recover() && lock_->release_orphan(user) ? 0 : 1; });
  const auto end = child.reap(Deadline::in(recovery_patience_ns));
  return end && end->info.si_code == CLD_EXITED && end->info.si_status == 0;
}

TrialMemory::~TrialMemory() = default;

}  // namespace bulkhead

// A workload in this process, with nothing of the runner around it: for tests of what verify finds.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ipc/any_lock.hpp"
#include "ipc/arena.hpp"
#include "tests/small_plan.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {

class BareTrial {
 public:
  /// With the workload's default parameters, changed by `change`.
  explicit BareTrial(
      std::string_view name, std::uint32_t worker_count,
      const std::function<void(ParameterValues&)>& change = [](ParameterValues&) {})
      : plan_(small_plan(name, worker_count, {"thread"})),
        workload_(plan_.workload->make()),
        scoreboard_(worker_count),
        block_(worker_count) {
    change(plan_.parameters);
    constexpr std::size_t spare_bytes = 1 << 20;
    arena_ = std::make_unique<Arena>(workload_->arena_bytes(plan_.parameters, worker_count) +
                                     spare_bytes);
    lock_ = std::make_unique<AnyLock>(*arena_, plan_.lock, worker_count);
    workload_->prepare({*arena_, *lock_, plan_.parameters, worker_count, plan_.seed});
  }

  /// All workers at once, as threads, so many units each.
  void run(std::uint64_t units_each) {
    std::vector<std::thread> threads;
    for (WorkerSlot& slot : scoreboard_.slots()) {
      slot.share.store(units_each);
      threads.emplace_back([this, &slot] { work(slot); });
    }
    for (std::thread& thread : threads) thread.join();
  }

  /// Makes the workers look up and end.
  void stop() {
    scoreboard_.control().stop.store(1);
    scoreboard_.call_all();
  }

  /// As after a trial in which every worker ended well, `unseen` units of each acknowledged beyond
  /// what it did.
  [[nodiscard]] Verdict verify(std::int64_t unseen = 0) {
    std::vector<std::uint64_t> finished;
    for (const WorkerSlot& slot : scoreboard_.slots()) {
      finished.push_back(slot.finished.load() + static_cast<std::uint64_t>(unseen));
    }
    const std::vector<std::uint64_t> interrupted(finished.size(), 0);
    const std::vector<std::uint32_t> ended_well(finished.size(), 1);
    return workload_->verify({finished, interrupted, ended_well});
  }

  [[nodiscard]] std::span<WorkerSlot> slots() { return scoreboard_.slots(); }
  [[nodiscard]] const ParameterValues& parameters() const { return plan_.parameters; }

 private:
  void work(WorkerSlot& slot) {
    const auto index = static_cast<std::uint32_t>(&slot - scoreboard_.slots().data());
    NoStrikes strikes;
    Worker worker({index, plan_.worker_count, slot, scoreboard_.control(), block_}, plan_.seed,
                  Deadline::in(60 * ns_per_second), strikes);
    workload_->run(worker);
  }

  Plan plan_;
  std::unique_ptr<Workload> workload_;
  Scoreboard scoreboard_;
  PrivateBlock block_;
  std::unique_ptr<Arena> arena_;
  std::unique_ptr<AnyLock> lock_;
};

}  // namespace bulkhead

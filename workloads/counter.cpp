// count += 1: the shortest critical section there is. Without a lock it loses updates, and the loss
// is counted exactly: what the workers acknowledged against what the counter holds.

#include <memory>

#include "ipc/any_lock.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

class Counter final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    lock_ = &setup.lock;
    count_ = setup.arena.construct_array<Line>(1);
  }

  void run(Worker& worker) override {
    lock_->with([&](auto& lock) {
      PlainWord<std::uint64_t>& count = count_->word;
      worker.repeat([&](auto& unit) {
        unit.critical(
            lock, [](auto&) { return true; },  // One word is never half written: nothing to repair.
            [&](auto& steps) {
              const std::uint64_t seen = count.get();
              steps.half_done();
              count.set(seen + 1);
            });
      });
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    const std::uint64_t expected = acknowledged.total_finished();
    const std::uint64_t found = count_->word.get();
    std::uint64_t in_work = 0;
    for (const std::uint64_t units : acknowledged.interrupted) in_work += units;
    Verdict verdict;
    if (found < expected) verdict.missing_units = expected - found;
    if (found > expected + in_work) verdict.surplus_units = found - expected - in_work;
    if (verdict.missing_units + verdict.surplus_units > 0) verdict.health = StateHealth::lossy;
    verdict.finding = "counter holds " + std::to_string(found) + " after " +
                      std::to_string(expected) + " acknowledged increments";
    if (expected > 0) {
      verdict.measures.emplace_back(
          "lost_updates_share",
          static_cast<double>(verdict.missing_units) / static_cast<double>(expected));
    }
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&, std::uint32_t) const override {
    return sizeof(Line);
  }

 private:
  struct alignas(cache_line_bytes) Line {
    PlainWord<std::uint64_t> word;
  };

  const AnyLock* lock_ = nullptr;
  Line* count_ = nullptr;
};

const WorkloadRegistry::Registration registered{{
    .name = "counter",
    .help = "count += 1 on one shared word; lost updates counted exactly",
    .operation = "increment",
    .takes_lock = TakesLock::yes,
    .default_lock = "mutex",
    .parameters = {},
    .measures = {{.name = "lost_updates_share",
                  .label = "updates lost",
                  .unit = MeasureUnit::share,
                  .help = "acknowledged increments that the counter does not hold"}},
    .make = make_workload<Counter>,
}};

}  // namespace
}  // namespace bulkhead

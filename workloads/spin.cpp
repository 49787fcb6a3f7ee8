// Pure arithmetic: touches no memory but its own result, makes no system call. What is left of a
// difference between the modes here is none of the walls'.

#include <memory>
#include <span>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/start_path.hpp"
#include "workloads/arithmetic.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

class Spin final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    steps_ = setup.parameters.count("steps");
    seed_ = setup.seed;
    results_ = {setup.arena.construct_array<Line>(setup.worker_count), setup.worker_count};
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    Line& line = results_[worker.index()];
    const std::uint64_t steps = steps_;
    const std::uint64_t seed = seed_;
    worker.repeat(
        [&, steps, seed](auto& unit) { line.value.set(multiply_on(seed + unit.number(), steps)); });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    for (std::uint32_t worker = 0; worker < results_.size(); ++worker) {
      const std::uint64_t finished = acknowledged.finished[worker];
      const std::uint64_t value = results_[worker].value.get();
      if (finished == 0 || value == multiply_on(seed_ + finished - 1, steps_)) continue;
      const bool next_one_too = acknowledged.interrupted[worker] != 0;
      if (next_one_too && value == multiply_on(seed_ + finished, steps_)) continue;
      ++verdict.missing_units;
      verdict.health = StateHealth::lossy;
    }
    verdict.finding = "last result of each worker " +
                      std::string(verdict.missing_units == 0 ? "equals" : "differs from") +
                      " its recalculation";
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return (worker_count + 1) * sizeof(Line);
  }

 private:
  struct alignas(cache_line_bytes) Line {
    PlainWord<std::uint64_t> value;
  };

  std::uint64_t steps_ = 0;
  std::uint64_t seed_ = 0;
  std::span<Line> results_;
};

const WorkloadRegistry::Registration registered{{
    .name = "spin",
    .help = "pure arithmetic, nothing shared: the null test",
    .operation = "calculation",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "steps",
                    .kind = ParameterKind::count,
                    .default_text = "100",
                    .help = "dependent multiplications in one calculation",
                    .min = 1,
                    .max = 1'000'000'000}},
    .make = make_workload<Spin>,
}};

}  // namespace
}  // namespace bulkhead

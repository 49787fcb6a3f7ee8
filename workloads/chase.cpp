// Follows a chain of pointers through a working set: each load needs the one before it, so the time
// of an operation is the latency of the cache, or the memory, that holds the set. Sets that fit in
// what the workers share push each other out, whatever the mode.

#include <memory>
#include <vector>

#include "ipc/start_path.hpp"
#include "workloads/checked_units.hpp"
#include "workloads/own_memory.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

struct alignas(cache_line_bytes) Node {
  const Node* next;
  std::uint64_t rank;  ///< Its place in the chain, from 0.
};

/// One closed chain through all lines of a worker's own memory, in random order, so that no
/// prefetcher guesses the next.
class Chain {
 public:
  Chain(std::size_t bytes, std::uint64_t seed) : memory_(bytes, seed), size_(bytes / sizeof(Node)) {
    std::vector<std::uint32_t> order(size_);
    for (std::uint32_t index = 0; index < size_; ++index) order[index] = index;
    shuffle(order, seed);
    Node* const nodes = memory_.as<Node>();
    for (std::size_t rank = 0; rank < size_; ++rank) {
      nodes[order[rank]] = {&nodes[order[(rank + 1) % size_]], rank};
    }
    at_ = &nodes[order[0]];
  }

  /// Goes on by so many nodes; answers whether it came where it had to.
  bool follow(std::uint64_t steps) noexcept {
    for (std::uint64_t step = 0; step < steps; ++step) {
      at_ = at_->next;
      asm volatile("" : "+r"(at_));
    }
    expected_ = (expected_ + steps) % size_;
    return at_->rank == expected_;
  }

 private:
  OwnMemory memory_;
  std::size_t size_;
  const Node* at_ = nullptr;
  std::uint64_t expected_ = 0;
};

class Chase final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    bytes_ = setup.parameters.count("working-set");
    steps_ = setup.parameters.count("steps");
    units_ = CheckedUnits(setup.arena, setup.worker_count);
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    Chain chain(bytes_, worker.seed());
    const std::uint64_t steps = steps_;
    worker.repeat([&, steps](auto& unit) {
      units_.note(worker.index(), unit.number(), chain.follow(steps));
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    return units_.judge(acknowledged, "ended at a wrong place of the chain");
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return CheckedUnits::arena_bytes(worker_count);
  }

 private:
  std::size_t bytes_ = 0;
  std::uint64_t steps_ = 0;
  CheckedUnits units_;
};

const WorkloadRegistry::Registration registered{{
    .name = "chase",
    .help = "follows pointers through a working set: the latency of caches and memory",
    .operation = "chase",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "working-set",
                    .kind = ParameterKind::bytes,
                    .default_text = "256K",
                    .help = "bytes that each worker's chain runs through",
                    .min = cache_line_bytes,
                    .max = std::int64_t{16} << 30},
                   {.name = "steps",
                    .kind = ParameterKind::count,
                    .default_text = "100",
                    .help = "pointers followed in one operation",
                    .min = 1,
                    .max = 1'000'000'000}},
    .make = make_workload<Chase>,
    .own_memory_bytes =
        [](const ParameterValues& parameters) { return parameters.count("working-set"); },
}};

}  // namespace
}  // namespace bulkhead

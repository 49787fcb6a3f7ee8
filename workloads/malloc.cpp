// malloc and free with a set of live blocks that turns over, as in a program that runs for a while.
// Threads share the allocator's arenas and locks; processes have one each.

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/region.hpp"
#include "ipc/start_path.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

/// One worker's live blocks, each with a mark in its first and last byte.
class LiveBlocks {
 public:
  LiveBlocks(std::size_t count, std::size_t bytes) : blocks_(count, nullptr), bytes_(bytes) {}
  ~LiveBlocks() {
    for (unsigned char* block : blocks_) std::free(block);
  }
  LiveBlocks(const LiveBlocks&) = delete;
  LiveBlocks& operator=(const LiveBlocks&) = delete;

  /// Replaces the oldest block by a new one; answers whether it still had its marks.
  bool turn_over() {
    unsigned char*& block = blocks_[oldest_];
    const auto mark = static_cast<unsigned char>(oldest_);
    oldest_ = oldest_ + 1 == blocks_.size() ? 0 : oldest_ + 1;
    const bool intact = block == nullptr || (block[0] == mark && block[bytes_ - 1] == mark);
    std::free(block);
    block = static_cast<unsigned char*>(std::malloc(bytes_));
    if (block == nullptr) throw WorkerStuck("malloc refused a block");
    block[0] = mark;
    block[bytes_ - 1] = mark;
    return intact;
  }

 private:
  std::vector<unsigned char*> blocks_;
  std::size_t bytes_;
  std::size_t oldest_ = 0;
};

class Malloc final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    live_ = setup.parameters.count("live");
    bytes_ = setup.parameters.count("size");
    broken_ = {setup.arena.construct_array<Line>(setup.worker_count), setup.worker_count};
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    LiveBlocks blocks(live_, bytes_);
    PlainWord<std::uint64_t>& broken = broken_[worker.index()].blocks;
    worker.repeat([&](auto&) {
      if (!blocks.turn_over()) [[unlikely]]
        broken.set(broken.get() + 1);
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged&) override {
    std::uint64_t broken = 0;
    for (const Line& line : broken_) broken += line.blocks.get();
    Verdict verdict;
    if (broken != 0) verdict.health = StateHealth::torn;
    verdict.finding = std::to_string(broken) + " blocks lost their marks";
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return (worker_count + 1) * sizeof(Line);
  }

 private:
  struct alignas(cache_line_bytes) Line {
    PlainWord<std::uint64_t> blocks;
  };

  std::size_t live_ = 0;
  std::size_t bytes_ = 0;
  std::span<Line> broken_;
};

const WorkloadRegistry::Registration registered{{
    .name = "malloc",
    .help = "frees a block and allocates another, with many kept alive",
    .operation = "free + malloc",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "size",
                    .kind = ParameterKind::bytes,
                    .default_text = "3000",
                    .help = "bytes in a block",
                    .min = 1,
                    .max = 1 << 30},
                   {.name = "live",
                    .kind = ParameterKind::count,
                    .default_text = "256",
                    .help = "blocks that each worker keeps alive",
                    .min = 1,
                    .max = 10'000'000}},
    .make = make_workload<Malloc>,
    .own_memory_bytes =
        [](const ParameterValues& parameters) {
          // Of a block the first and the last byte are written, and what the allocator keeps.
          constexpr std::uint64_t kept_bytes = 16;
          const std::uint64_t touched = std::min(parameters.count("size"), 2 * page_bytes());
          return parameters.count("live") * (touched + kept_bytes);
        },
}};

}  // namespace
}  // namespace bulkhead

// First touch of a page: each operation is one minor fault. Threads fault in one address space,
// under its locks; processes each in their own.

#include <sys/mman.h>

#include <memory>
#include <span>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/region.hpp"
#include "ipc/start_path.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

/// A stretch of pages that one worker touches in turn and gives back all at once.
class Stretch {
 public:
  explicit Stretch(std::size_t pages)
      : region_(Sharing::copied, pages * page_bytes(), "page-fault stretch"), pages_(pages) {
    // A huge page would serve 512 touches with one fault.
    madvise(region_.data(), region_.size_bytes(), MADV_NOHUGEPAGE);
  }

  /// Touches the next page; answers whether it came zeroed.
  bool touch(std::uint64_t unit) {
    const std::size_t page = unit % pages_;
    if (page == 0 && madvise(region_.data(), region_.size_bytes(), MADV_DONTNEED) != 0) {
      throw WorkerStuck("madvise refused to give pages back");
    }
    volatile std::byte& first = region_.data()[page * page_bytes()];
    const bool zero = first == std::byte{0};
    first = std::byte{1};
    return zero;
  }

 private:
  Region region_;
  std::size_t pages_;
};

class PageFault final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    pages_ = setup.parameters.count("pages");
    dirty_ = {setup.arena.construct_array<Line>(setup.worker_count), setup.worker_count};
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    Stretch stretch(pages_);
    PlainWord<std::uint64_t>& dirty = dirty_[worker.index()].pages;
    worker.repeat([&](auto& unit) {
      if (!stretch.touch(unit.number())) [[unlikely]]
        dirty.set(dirty.get() + 1);
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged&) override {
    std::uint64_t dirty = 0;
    for (const Line& line : dirty_) dirty += line.pages.get();
    Verdict verdict;
    if (dirty != 0) verdict.health = StateHealth::torn;
    verdict.finding = std::to_string(dirty) + " pages did not come zeroed";
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return (worker_count + 1) * sizeof(Line);
  }

 private:
  struct alignas(cache_line_bytes) Line {
    PlainWord<std::uint64_t> pages;
  };

  std::size_t pages_ = 0;
  std::span<Line> dirty_;
};

const WorkloadRegistry::Registration registered{{
    .name = "page-fault",
    .help = "first touch of a page of private memory",
    .operation = "first touch",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "pages",
                    .kind = ParameterKind::count,
                    .default_text = "1024",
                    .help = "pages that each worker touches before it gives them back",
                    .min = 1,
                    .max = 1 << 20}},
    .make = make_workload<PageFault>,
}};

}  // namespace
}  // namespace bulkhead

// Maps memory, touches it, and unmaps it again. Each change of an address space takes the lock of
// that address space: threads wait for each other there, processes have one each. Unmapping a
// touched page must also be told to every CPU that runs another thread of the process.

#include <sys/mman.h>

#include <algorithm>
#include <memory>

#include "ipc/region.hpp"
#include "ipc/start_path.hpp"
#include "workloads/checked_units.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

class Mmap final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    bytes_ = setup.parameters.count("size");
    touched_bytes_ = std::min<std::size_t>(bytes_, setup.parameters.count("touch"));
    units_ = CheckedUnits(setup.arena, setup.worker_count);
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    worker.repeat([&](auto& unit) {
      units_.note(worker.index(), unit.number(), map_touch_unmap(unit.number()));
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    return units_.judge(acknowledged, "found memory that was not fresh, or could not give it back");
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return CheckedUnits::arena_bytes(worker_count);
  }

 private:
  /// Whether every touched page came zeroed, kept what was written, and went.
  [[nodiscard]] bool map_touch_unmap(std::uint64_t unit) const {
    void* mapped =
        mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw WorkerStuck("mmap refused a mapping");
    auto* const first = static_cast<volatile std::uint64_t*>(mapped);
    const std::size_t words_in_page = page_bytes() / sizeof(std::uint64_t);
    const std::size_t words = touched_bytes_ / sizeof(std::uint64_t);
    const std::uint64_t mark = unit + 1;
    bool right = true;
    for (std::size_t word = 0; word < words; word += words_in_page) {
      right &= first[word] == 0;
      first[word] = mark;
    }
    for (std::size_t word = 0; word < words; word += words_in_page) right &= first[word] == mark;
    return munmap(mapped, bytes_) == 0 && right;
  }

  std::size_t bytes_ = 0;
  std::size_t touched_bytes_ = 0;
  CheckedUnits units_;
};

const WorkloadRegistry::Registration registered{{
    .name = "mmap",
    .help = "maps memory, touches it and unmaps it: changes of the address space",
    .operation = "map + unmap",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "size",
                    .kind = ParameterKind::bytes,
                    .default_text = "64K",
                    .help = "bytes in a mapping",
                    .min = 8,
                    .max = 1 << 30},
                   {.name = "touch",
                    .kind = ParameterKind::bytes,
                    .default_text = "4K",
                    .help = "bytes of it that are written, one word in each page; 0 for none",
                    .min = 0,
                    .max = 1 << 30}},
    .make = make_workload<Mmap>,
}};

}  // namespace
}  // namespace bulkhead

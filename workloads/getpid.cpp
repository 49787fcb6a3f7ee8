// The smallest system call: enters the kernel, reads one word, and leaves. It touches nothing that
// workers share, so all that can differ between the modes is the way in and out.

#include <sys/syscall.h>
#include <unistd.h>

#include <memory>

#include "ipc/start_path.hpp"
#include "workloads/checked_units.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

class Getpid final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    calls_ = setup.parameters.count("calls");
    units_ = CheckedUnits(setup.arena, setup.worker_count);
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    const long self = syscall(SYS_getpid);
    const std::uint64_t calls = calls_;
    worker.repeat([&, calls](auto& unit) {
      bool right = true;
      for (std::uint64_t call = 0; call < calls; ++call) right &= syscall(SYS_getpid) == self;
      units_.note(worker.index(), unit.number(), right);
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    return units_.judge(acknowledged, "named another process than the worker's");
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return CheckedUnits::arena_bytes(worker_count);
  }

 private:
  std::uint64_t calls_ = 1;
  CheckedUnits units_;
};

const WorkloadRegistry::Registration registered{{
    .name = "getpid",
    .help = "the smallest system call: the kernel's door and nothing behind it",
    .operation = "call",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "calls",
                    .kind = ParameterKind::count,
                    .default_text = "1",
                    .help = "system calls in one operation",
                    .min = 1,
                    .max = 1'000'000}},
    .make = make_workload<Getpid>,
}};

}  // namespace
}  // namespace bulkhead

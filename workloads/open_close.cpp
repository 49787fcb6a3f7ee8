// Opens a descriptor and closes it. A descriptor is a place in a table: threads share one table and
// its lock, unless each takes a table of its own with unshare(2), as a process has.

#include <fcntl.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <memory>

#include "ipc/start_path.hpp"
#include "workloads/checked_units.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

class OpenClose final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    own_table_ = setup.parameters.text("table") == "own";
    opens_file_ = setup.parameters.text("object") == "file";
    units_ = CheckedUnits(setup.arena, setup.worker_count);
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    if (own_table_ && unshare(CLONE_FILES) != 0) {
      throw WorkerStuck("unshare refused a descriptor table of the worker's own");
    }
    const bool opens_file = opens_file_;
    worker.repeat([&, opens_file](auto& unit) {
      const int descriptor =
          opens_file ? open("/dev/null", O_RDONLY | O_CLOEXEC) : eventfd(0, EFD_CLOEXEC);
      if (descriptor < 0) throw WorkerStuck("no descriptor could be opened");
      // Fails when somebody else closed it, which a shared table allows.
      units_.note(worker.index(), unit.number(), close(descriptor) == 0);
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    return units_.judge(acknowledged, "found their descriptor closed by somebody else");
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return CheckedUnits::arena_bytes(worker_count);
  }

 private:
  bool own_table_ = false;
  bool opens_file_ = true;
  CheckedUnits units_;
};

const WorkloadRegistry::Registration registered{{
    .name = "open-close",
    .help = "opens a descriptor and closes it: the descriptor table and its lock",
    .operation = "open + close",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "table",
                    .kind = ParameterKind::choice,
                    .default_text = "inherited",
                    .help = "inherited: one for the threads of a process; own: one for each worker",
                    .choices = {"inherited", "own"}},
                   {.name = "object",
                    .kind = ParameterKind::choice,
                    .default_text = "file",
                    .help = "what is opened: file (/dev/null, one for all) or eventfd (a new one)",
                    .choices = {"file", "eventfd"}}},
    .make = make_workload<OpenClose>,
}};

}  // namespace
}  // namespace bulkhead

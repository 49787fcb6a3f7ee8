// A crash must not be followed by a core dump, whatever the limit is that bulkhead was started
// with.

#include "ipc/core_dumps.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"
#include "tests/small_plan.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

/// As far as this user may go.
void allow_core_dumps() {
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_CORE, &limit);
}

bool dumps_core(void (*prepare)()) {
  const TemporaryFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    allow_core_dumps();
    prepare();
    signal(SIGABRT, SIG_DFL);
    if (chdir((folder / ".").c_str()) == 0) std::abort();
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  return WCOREDUMP(status) != 0;
}

}  // namespace

TEST_CASE("who forbids core dumps makes none, on a machine that makes them or not", "[fork]") {
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  // Then even the byte is out of reach that a program in core_pattern heeds.
  if (limit.rlim_max == 0) return;
  INFO("without that a core is " << (dumps_core([] {}) ? "" : "not ") << "dumped here");
  CHECK_FALSE(dumps_core(forbid_core_dumps));
}

TEST_CASE("a trial dumps no core of a worker or of its supervisor, though its user allows it",
          "[fork]") {
  for (const FaultTarget target : {FaultTarget::worker, FaultTarget::runner}) {
    const TemporaryFolder folder;
    const ExitCause end = in_child([&] {
      allow_core_dumps();
      if (chdir((folder / ".").c_str()) != 0) return 1;
      Plan plan = small_plan("bank", 2, {"process"});
      plan.extent.duration_ns = 60 * ms;
      arm(plan, "abort", 1, {.kind = TriggerKind::moment, .after_ns = 10 * ms});
      plan.faults.back().target = target;
      Interrupts interrupts;
      const TrialRecord trial = run_trial(plan, {0, 0, true, plan.seed}, interrupts);
      return trial.fault_struck ? 0 : 2;
    });
    CHECK(end.kind == ExitCause::Kind::finished);
    CHECK(std::filesystem::is_empty(folder / "."));
  }
}

#include <dirent.h>

#include <string>

#include "runner/experiment.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/workloads/bare_trial.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

constexpr const char* ways[] = {"thread", "fork", "vfork", "posix-spawn", "clone"};

}  // namespace

TEST_CASE("every way to make a task makes one that runs, ends and is reaped, in every mode",
          "[spawn][serial]") {
  for (const char* way : ways) {
    Plan plan = small_plan("spawn", 2, {"thread", "process"});
    plan.parameters.set("way", std::string(way));
    if (!plan.workload->objection(plan.parameters, 2).empty()) continue;  // Under a sanitizer.
    plan.extent.operations = 20;
    for (const TrialRecord& trial : run_experiment(plan, [](const ProgressState&) {}).trials) {
      CAPTURE(way, trial.reason, trial.verify.finding);
      CHECK(trial.status == TrialStatus::completed);
      CHECK(trial.verify.health == VerifyRecord::Health::sound);
      CHECK(trial.window()->operations == 20);
      for (const WorkerRecord& worker : trial.workers) CHECK(worker.failure.empty());
      // The first instruction of another program is not known.
      CHECK(trial.verify.measures.empty() == (std::string(way) == "posix-spawn"));
    }
  }
}

TEST_CASE("a task writes to as much of the ballast as it is told, copied or shared",
          "[spawn][fork]") {
  for (const char* way : {"thread", "fork", "clone"}) {
    BareTrial trial("spawn", 1, [&](ParameterValues& parameters) {
      parameters.set("way", std::string(way));
      parameters.set("ballast", std::int64_t{1} << 20);
      parameters.set("written", std::int64_t{50});
    });
    if (!WorkloadRegistry::find("spawn")->objection(trial.parameters(), 1).empty()) continue;
    trial.run(3);
    CAPTURE(way, trial.verify().finding);
    CHECK(trial.verify().health == StateHealth::sound);
    CHECK(trial.verify(1).health == StateHealth::lossy);
  }
}

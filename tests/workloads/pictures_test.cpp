// The workloads behind the textbook's pictures: who shares what, and who ran when.

#include <algorithm>
#include <map>
#include <string>

#include "runner/experiment.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/workloads/bare_trial.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

/// Of one trial in each mode, by the mode's name.
std::map<std::string, VerifyRecord> verified(const Plan& plan) {
  std::map<std::string, VerifyRecord> verdicts;
  for (const TrialRecord& trial : trials_of(plan)) {
    CAPTURE(trial.reason, trial.verify.finding);
    REQUIRE(trial.status == TrialStatus::completed);
    for (const WorkerRecord& worker : trial.workers) REQUIRE(worker.failure.empty());
    verdicts[plan.modes[trial.id.mode].name] = trial.verify;
  }
  return verdicts;
}

constexpr const char* rungs[] = {"process", "files", "directory", "memory", "handlers", "thread"};
constexpr const char* changes[] = {"files_seen_share", "directory_seen_share", "memory_seen_share",
                                   "handlers_seen_share", "process_same_share"};

}  // namespace

TEST_CASE("among threads a write arrives in every segment, between processes in shared ones",
          "[pictures][serial]") {
  Plan plan = small_plan("segments", 4, {"thread", "process", "2x2"});
  plan.extent.duration_ns = 500'000'000;  // Each has to get a CPU, beside whatever else runs.
  auto verdicts = verified(plan);
  for (const Measure& measure : plan.workload->measures) {
    const std::string name(measure.name);
    CAPTURE(name);
    const bool is_shared = name == "shared_file_seen_share" || name == "arena_seen_share";
    CHECK(verdicts["thread"].measures.at(name) == 1);
    CHECK(verdicts["process"].measures.at(name) == (is_shared ? 1 : 0));
    CHECK(verdicts["2x2"].measures.at(name) == (is_shared ? 1 : 0.5));
  }
}

TEST_CASE("the table of segments names each with its page's access", "[pictures][serial]") {
  const auto verdicts = verified(small_plan("segments", 2, {"process"}));
  const std::vector<std::string>& lines = verdicts.at("process").exhibit;
  REQUIRE(lines.size() == 10);
  CHECK_THAT(lines[1], StartsWith("code           r-xp  static"));
  CHECK_THAT(lines[2], StartsWith("data           rw-p  static   static") && Contains("  no"));
  CHECK_THAT(lines[6], StartsWith("file, shared   rw-s  dynamic") && Contains("  yes"));
  for (const std::string& line : lines) CHECK(line.size() <= 78);
}

TEST_CASE("the workloads of the pictures notice a unit that nobody did", "[pictures][serial]") {
  for (const char* name : {"segments", "sharing", "time-slice"}) {
    BareTrial trial(name, 2);
    trial.run(20);
    CAPTURE(name, trial.verify().finding);
    CHECK(trial.verify().health == StateHealth::sound);
    CHECK(trial.verify(1).missing_units == 2);
    CHECK(trial.verify(-1).surplus_units == 2);
  }
}

TEST_CASE("each rung of the ladder shares one thing more, in every mode", "[pictures][serial]") {
  for (std::size_t rung = 0; rung < std::size(rungs); ++rung) {
    Plan plan = small_plan("sharing", 4, {"thread", "process"});
    plan.parameters.set("rung", std::string(rungs[rung]));
    if (!plan.workload->objection(plan.parameters, 4).empty()) continue;  // Under a sanitizer.
    plan.extent.operations = 40;
    for (const auto& [mode, verdict] : verified(plan)) {
      CAPTURE(rungs[rung], mode, verdict.finding);
      CHECK(verdict.health == VerifyRecord::Health::sound);
      for (std::size_t change = 0; change < std::size(changes); ++change) {
        CHECK(verdict.measures.at(changes[change]) == (change < rung ? 1 : 0));
      }
    }
  }
}

TEST_CASE("on one CPU workers take turns, and each stretch has a beginning and an end",
          "[pictures][serial]") {
  Plan plan = small_plan("time-slice", 2, {"thread", "process"});
  plan.pin = PinPolicy::same;
  plan.extent.duration_ns = 100'000'000;
  for (const auto& [mode, verdict] : verified(plan)) {
    CAPTURE(mode, verdict.finding);
    CHECK(verdict.measures.at("together_share") < 0.05);
    CHECK(verdict.measures.at("stretch_p50_ns") > 0);
    REQUIRE(verdict.exhibit.size() == 3);
    CHECK_THAT(verdict.exhibit[1], StartsWith("worker 0") && Contains("#") && Contains("."));
    REQUIRE(verdict.spans.size() > 4);
    std::int64_t last_ns[2] = {};
    for (const Span& span : verdict.spans) {
      REQUIRE(span.worker < 2);
      CHECK(span.begin_ns >= last_ns[span.worker]);
      CHECK(span.end_ns > span.begin_ns);
      last_ns[span.worker] = span.end_ns;
    }
  }
}

#include "runner/reports/facts.hpp"

#include <map>

#include "runner/reports/warnings.hpp"
#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;
using Catch::Matchers::Equals;
using example::make_plan;
using example::make_result;
using example::with_fault;

namespace {

ExperimentResult two_rounds() {
  return make_result(make_plan({"thread", "process"}, 4), 2, {1'000, 1'000});
}

std::string fact(const ExperimentResult& result, const std::string& name) {
  for (const ReportFact& one : describe_facts(result, summarize(result))) {
    if (one.name == name) return one.text;
  }
  return {};
}

/// All warnings, one a line.
std::string warnings_of(const ExperimentResult& result) {
  std::string text;
  for (const std::string& warning : find_warnings(result, summarize(result)))
    text += warning + "\n";
  return text;
}

}  // namespace

TEST_CASE("the workload is told with its parameters, in their units", "[facts]") {
  ExperimentResult result = two_rounds();
  CHECK_THAT(fact(result, "workload"),
             Equals("bank, accounts=64, block=64 KiB, input=default, lock "
                    "robust; one operation (op) is one transfer"));
  result.plan.parameters.set("input", std::string("a.txt"));
  CHECK_THAT(fact(result, "workload"), Contains("input=a.txt"));
  result.plan.parameters.set("input", std::string("a.txt\nb.txt"));
  CHECK_THAT(fact(result, "workload"), Contains("input=2 files"));
}

TEST_CASE("modes are told as processes times threads, once", "[facts]") {
  const ExperimentResult result =
      make_result(make_plan({"thread", "process", "2x2"}, 4), 1, {1, 1, 1});
  CHECK_THAT(fact(result, "modes"),
             Equals("processes x threads of each: thread 1x4, process 4x1, 2x2"));
}

TEST_CASE("pinning and libc state are told in words", "[facts]") {
  ExperimentResult result = two_rounds();
  CHECK_THAT(
      fact(result, "workers"),
      Equals("4 workers on 2 CPUs, pinned one per CPU in turn; libc state equal in all modes"));
  result.plan.pin = PinPolicy::same;
  result.plan.libc = LibcState::native;
  CHECK_THAT(fact(result, "workers"), Contains("all pinned to one CPU") && Contains("native"));
  result.plan.pin = PinPolicy::none;
  CHECK_THAT(fact(result, "workers"), Contains("not pinned"));
}

TEST_CASE("the window is told by its length or by its work", "[facts]") {
  ExperimentResult result = two_rounds();
  CHECK_THAT(fact(result, "trials"),
             Contains("windows of 200 ms after a warm-up until steady, at most 200 ms"));
  result.plan.warm_up = {WarmUp::End::fixed, 50'000'000};
  CHECK_THAT(fact(result, "trials"), Contains("after a warm-up of 50 ms"));
  result.plan.extent.operations = 1'000'000;
  CHECK_THAT(fact(result, "trials"), Contains("until 1,000,000 operations are done"));
}

TEST_CASE("a fault is told with the restart policy, and only where there is one", "[facts]") {
  CHECK(fact(two_rounds(), "fault").empty());
  Plan plan = with_fault(make_plan({"thread"}, 4), RestartPolicy::never);
  CHECK_THAT(fact(make_result(plan, 1, {1}), "fault"),
             Equals("segv-null@1:ms=50 in trials of its own; restart never"));
  plan.restart = RestartPolicy::one_for_one;
  CHECK_THAT(
      fact(make_result(plan, 1, {1}), "fault"),
      Equals("segv-null@1:ms=50 in trials of its own; restart one-for-one, shared state: keep"));
  plan.shared = SharedPolicy::reset;
  plan.spares = 2;
  plan.stall_timeout_ns = 100'000'000;
  CHECK_THAT(fact(make_result(plan, 1, {1}), "fault"),
             Equals("segv-null@1:ms=50 in trials of its own; restart one-for-one, shared state: "
                    "reset, 2 spares; a stall is 100 ms without progress"));
}

TEST_CASE("facts that are not known are said to be so", "[facts]") {
  ExperimentResult result = two_rounds();
  result.host = HostFacts();
  CHECK_THAT(fact(result, "host"), Equals("CPU n/a, n/a of n/a CPUs usable"));
  CHECK_THAT(fact(result, "system"), Contains("Linux n/a") && Contains("governor n/a"));
}

TEST_CASE("that all workers saw one object is said only when it was seen", "[facts]") {
  ExperimentResult result = two_rounds();
  CHECK_THAT(fact(result, "object"), Equals("one: all 4 workers of each mode saw the same arena"));
  result.trials[1].one_object = false;
  CHECK_THAT(fact(result, "object"), Equals("not seen to be one in 1 of 4 trials"));
  CHECK_THAT(warnings_of(result), Contains("not all workers were seen to share one arena"));
  result.trials.clear();
  CHECK_THAT(fact(result, "object"), Contains("not known"));
}

TEST_CASE("a sound result gives no warning", "[warnings]") {
  CHECK(warnings_of(two_rounds()).empty());
}

TEST_CASE("a debug build is warned of, a release build is not", "[warnings]") {
  ExperimentResult result = two_rounds();
  result.host.build.type = "Debug";
  CHECK_THAT(warnings_of(result), Contains("This is a debug build"));
}

TEST_CASE("a build with sanitizers is warned of", "[warnings]") {
  ExperimentResult result = two_rounds();
  result.host.build.sanitizers = "address";
  CHECK_THAT(warnings_of(result), Contains("This build has sanitizers (address)"));
}

TEST_CASE("a governor that saves power is warned of, performance is not", "[warnings]") {
  ExperimentResult result = two_rounds();
  result.host.frequency_governor = "performance";
  CHECK(warnings_of(result).empty());
  result.host.frequency_governor = "powersave";
  CHECK_THAT(warnings_of(result), Contains("governor powersave"));
}

TEST_CASE("failed trials with one reason are one warning", "[warnings]") {
  ExperimentResult result = two_rounds();
  for (TrialRecord& trial : result.trials) {
    if (trial.id.mode != 1) continue;
    trial.status = TrialStatus::failed;
    trial.reason = "no memory";
  }
  CHECK(warnings_of(result) == "2 trials of process without faults failed: no memory.\n");
}

TEST_CASE("an interruption is told with what there is", "[warnings]") {
  ExperimentResult result = two_rounds();
  result.interrupted = true;
  CHECK(warnings_of(result) == "Interrupted: this is what 2 complete rounds say.\n");
  result.rounds = 0;
  CHECK(warnings_of(result) == "Interrupted before the first round was complete.\n");
}

TEST_CASE("a rate that was not steady is warned of", "[warnings]") {
  ExperimentResult result = two_rounds();
  result.trials[0].warmed_up = false;
  CHECK_THAT(warnings_of(result), Contains("not steady yet") && Contains("thread (1 of 2 rounds)"));
}

TEST_CASE("output of workers is told with its first line", "[warnings]") {
  ExperimentResult result = two_rounds();
  result.trials[1].error_output = "what(): lost\nmore\n";
  CHECK(warnings_of(result) ==
        "Workers wrote to standard output or error in 1 trial; the first: what(): lost\n");
}

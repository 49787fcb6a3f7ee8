#include "runner/commands/prediction.hpp"

#include "runner/commands/lock_demos.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

const Question question{"How many?", {"none", "some", "all"}};

/// One trial in which a workload measured this.
ExperimentResult measured(std::string_view workload, const char* lock, const char* measure,
                          double value) {
  ExperimentResult result;
  result.plan = small_plan(workload, 2, {"thread"});
  result.plan.lock = lock;
  TrialRecord trial;
  WindowRecord window;
  window.end_ns = 1'000'000'000;
  window.operations = 1000;
  trial.windows.push_back(window);
  trial.verify.measures[measure] = value;
  result.trials.push_back(trial);
  result.rounds = 1;
  return result;
}

}  // namespace

TEST_CASE("a prediction is a letter, and anything else is none", "[demo]") {
  CHECK(read_answer("a\n", 3) == 0);
  CHECK(read_answer("  C \r\n", 3) == 2);
  CHECK_FALSE(read_answer("d\n", 3));
  CHECK_FALSE(read_answer("", 3));
  CHECK_FALSE(read_answer("ab\n", 3));
  CHECK_FALSE(read_answer("1\n", 3));
}

TEST_CASE("a finding says whether it was expected", "[demo]") {
  const DemoFinding finding{1, {"Because."}};
  CHECK_THAT(finding_text(question, finding, 1, 80), Contains("As you expected: some."));
  CHECK_THAT(finding_text(question, finding, 2, 80),
             Contains("You expected \"all\"; it is \"some\"."));
  const std::string unasked = finding_text(question, finding, std::nullopt, 80);
  CHECK_THAT(unasked, Contains("How many? It is \"some\"."));
  CHECK_THAT(unasked, Contains("Because."));
}

TEST_CASE("what the race demo says depends on how much was lost", "[demo]") {
  const auto with = measured("counter", "mutex", "lost_updates", 0);
  CHECK(race_finding({measured("counter", "none", "lost_updates_share", 0.4), with}).answer == 2);
  CHECK(race_finding({measured("counter", "none", "lost_updates_share", 0.001), with}).answer == 1);
  const DemoFinding lucky =
      race_finding({measured("counter", "none", "lost_updates_share", 0), with});
  CHECK(lucky.answer == 0);
  CHECK_THAT(lucky.sentences.back(), Contains("luck and no proof"));
}

TEST_CASE("a lock is said to break the condition that it was seen to break", "[demo]") {
  const DemoFinding finding =
      critical_section_finding({measured("section", "none", "exclusion_violations", 12),
                                measured("section", "flags", "standstill_ns", 5e8),
                                measured("section", "mutex", "bypasses_most", 1000)});
  CHECK(finding.answer == 1);
  REQUIRE(finding.sentences.size() == 3);
  CHECK_THAT(finding.sentences[0], Contains("none breaks mutual exclusion"));
  CHECK_THAT(finding.sentences[1], Contains("flags breaks progress"));
  CHECK_THAT(finding.sentences[2], Contains("with mutex"));
}

TEST_CASE("being overtaken once is told apart from being overtaken all the time", "[demo]") {
  const auto fair = measured("section", "ticket", "bypasses_most", 1);
  CHECK(
      bounded_waiting_finding({measured("section", "mutex", "bypasses_most", 5000), fair}).answer ==
      2);
  CHECK(bounded_waiting_finding({measured("section", "mutex", "bypasses_most", 1), fair}).answer ==
        0);
}

TEST_CASE("survivors that wait for ever are told apart from those that go on", "[demo]") {
  const auto died = [](const char* lock, bool stuck) {
    ExperimentResult result;
    result.plan = small_plan("bank", 2, {"process"});
    result.plan.lock = lock;
    arm(result.plan, "kill-9", 1, {TriggerKind::moment, 0, 10'000'000});
    TrialRecord trial;
    trial.id.with_faults = true;
    trial.fault_struck = true;
    WindowRecord window;
    window.end_ns = 1'000'000'000;
    trial.windows.push_back(window);
    trial.workers.resize(2);
    trial.workers[0].waiting_at_end = stuck;
    result.trials.push_back(trial);
    return result;
  };
  CHECK(holder_death_finding({died("mutex", true), died("robust", false)}).answer == 1);
  CHECK(holder_death_finding({died("mutex", false), died("robust", false)}).answer == 0);
}

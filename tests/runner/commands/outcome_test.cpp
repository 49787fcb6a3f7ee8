#include "runner/commands/outcome.hpp"

#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;

namespace {

ExperimentResult result_of(std::string_view workload, std::string_view lock) {
  ExperimentResult result;
  result.plan = small_plan(workload, 2, {"thread", "process"});
  result.plan.lock = lock;
  result.rounds = 1;
  for (std::uint32_t mode = 0; mode < 2; ++mode) {
    TrialRecord trial;
    trial.id.mode = mode;
    result.trials.push_back(trial);
  }
  return result;
}

}  // namespace

TEST_CASE("a run without incidents is done", "[commands][outcome]") {
  const RunOutcome outcome = outcome_of(result_of("bank", "mutex"));
  CHECK(outcome.status == ExitStatus::done);
  CHECK(outcome.reason.empty());
}

TEST_CASE("a failed trial is an expectation not met", "[commands][outcome]") {
  ExperimentResult result = result_of("bank", "mutex");
  result.trials[1].status = TrialStatus::failed;
  result.trials[1].reason = "no memory";
  CHECK(outcome_of(result).status == ExitStatus::expectation_not_met);
  CHECK(outcome_of(result).reason == "a trial failed (round 1, mode process): no memory");
}

TEST_CASE("an unsound state without a fault is an expectation not met", "[commands][outcome]") {
  ExperimentResult result = result_of("bank", "mutex");
  result.trials[0].verify = {VerifyRecord::Health::torn, 0, 0, "the total is wrong"};
  CHECK(outcome_of(result).status == ExitStatus::expectation_not_met);
  CHECK(outcome_of(result).reason ==
        "the state was not sound without any fault (round 1, mode thread): the total is wrong");
}

TEST_CASE("an unsound state after a fault is a result", "[commands][outcome]") {
  ExperimentResult result = result_of("bank", "mutex");
  result.trials[0].id.with_faults = true;
  result.trials[0].verify.health = VerifyRecord::Health::torn;
  CHECK(outcome_of(result).status == ExitStatus::done);
}

TEST_CASE("an unsound state under a lock without exclusion is a result", "[commands][outcome]") {
  ExperimentResult result = result_of("counter", "none");
  result.trials[0].verify.health = VerifyRecord::Health::lossy;
  CHECK(outcome_of(result).status == ExitStatus::done);
}

TEST_CASE("a workload without a lock has no excuse for an unsound state", "[commands][outcome]") {
  ExperimentResult result = result_of("spin", "none");
  result.trials[0].verify.health = VerifyRecord::Health::torn;
  CHECK(outcome_of(result).status == ExitStatus::expectation_not_met);
}

TEST_CASE("a precision that was not reached is an expectation not met", "[commands][outcome]") {
  ExperimentResult result = result_of("bank", "mutex");
  result.plan.rounds = {1, 1, 0.01};
  CHECK(outcome_of(result).status == ExitStatus::expectation_not_met);
  CHECK(outcome_of(result).reason == "the precision was not reached in 1 round");
}

TEST_CASE("an interruption outweighs everything", "[commands][outcome]") {
  ExperimentResult result = result_of("bank", "mutex");
  result.trials[0].status = TrialStatus::failed;
  result.interrupted = true;
  CHECK(outcome_of(result).status == ExitStatus::interrupted);
}

TEST_CASE("of a trial that was cut off one hears what it had done", "[commands][outcome]") {
  ExperimentResult result = result_of("server", "none");
  result.interrupted = true;
  CHECK(outcome_of(result).reason == "interrupted after 1 of at most 1 rounds");
  result.trials.back().status = TrialStatus::interrupted;
  result.trials.back().verify.finding = "7 requests answered";
  CHECK(outcome_of(result).status == ExitStatus::interrupted);
  CHECK(outcome_of(result).reason ==
        "interrupted after 1 of at most 1 rounds; the trial that was cut off: 7 requests answered");
}

#include "runner/trial/containment.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// A trial of four workers into which a fault struck and did nothing.
TrialRecord struck_trial() {
  TrialRecord trial;
  trial.workers.resize(4);
  trial.fault_struck = true;
  return trial;
}

TrialRecord with_deaths(std::size_t count) {
  TrialRecord trial = struck_trial();
  for (std::size_t worker = 0; worker < count; ++worker) trial.workers[worker].deaths = 1;
  if (count > 0) trial.deaths.push_back({});
  return trial;
}

Mode mode(const std::string& name) {
  return make_mode(name, 4).value();
}

}  // namespace

TEST_CASE("a fault that changed nothing is harmless", "[containment]") {
  CHECK(outcome_of(struck_trial(), 0) == Outcome::harmless);
}

TEST_CASE("one lost worker is contained, two are degraded, all are lost", "[containment]") {
  CHECK(outcome_of(with_deaths(1), 0) == Outcome::contained);
  CHECK(outcome_of(with_deaths(2), 0) == Outcome::degraded);
  CHECK(outcome_of(with_deaths(4), 0) == Outcome::lost_all);
}

TEST_CASE("workers that a recovery stopped count as lost", "[containment]") {
  TrialRecord trial = with_deaths(1);
  for (std::size_t worker = 1; worker < 4; ++worker) trial.workers[worker].stopped = 1;
  CHECK(outcome_of(trial, 0) == Outcome::lost_all);
}

TEST_CASE("damage that came with a death was noticed, damage without one is silent",
          "[containment]") {
  TrialRecord silent = struck_trial();
  silent.verify.health = VerifyRecord::Health::torn;
  CHECK(outcome_of(silent, 0) == Outcome::silent);
  TrialRecord noticed = with_deaths(1);
  noticed.verify.health = VerifyRecord::Health::torn;
  CHECK(outcome_of(noticed, 0) == Outcome::degraded);
  TrialRecord private_memory = struck_trial();
  private_memory.workers[2].canary_broken = true;
  CHECK(outcome_of(private_memory, 0) == Outcome::silent);
}

TEST_CASE("a hazard is silent corruption where it corrupts, and showed, and nobody died",
          "[containment]") {
  TrialRecord trial = struck_trial();
  trial.hazards = {{"lost-update", true, 1'000, 1}};
  CHECK(outcome_of(trial, 0) == Outcome::silent);
  trial.hazards[0].seen = 0;
  CHECK(outcome_of(trial, 0) == Outcome::harmless);
  trial.hazards[0] = {"livelock", false, 1'000, 990};
  CHECK(outcome_of(trial, 0) == Outcome::harmless);
}

TEST_CASE("workers that stand still at the end are a hang", "[containment]") {
  TrialRecord killed = struck_trial();
  killed.killed_at_end = 1;
  CHECK(outcome_of(killed, 0) == Outcome::hang);
  TrialRecord waiting = with_deaths(1);
  waiting.workers[3].waiting_at_end = true;
  CHECK(outcome_of(waiting, 0) == Outcome::hang);
}

TEST_CASE("survivors are slowed down only if both comparisons say so", "[containment]") {
  TrialRecord trial = with_deaths(1);
  trial.survivors = SurvivorsRecord{3, 150, 0};
  CHECK(outcome_of(trial, 100) == Outcome::degraded);  // 0.5 of 3 x 100.
  trial.survivors->rate_before = 160;
  CHECK(outcome_of(trial, 100) == Outcome::contained);  // They were as slow before.
  trial.survivors->rate_before = 300;
  CHECK(outcome_of(trial, 100) == Outcome::degraded);
  CHECK(outcome_of(trial, 0) == Outcome::contained);  // Nothing to compare with.
}

TEST_CASE("a sibling that is refused what it needs is degraded, the culprit is not",
          "[containment]") {
  TrialRecord trial = struck_trial();
  trial.workers[1].strikes = 1;
  trial.workers[1].refused = "memory";
  CHECK(outcome_of(trial, 0) == Outcome::harmless);
  trial.workers[2].refused = "memory";
  CHECK(outcome_of(trial, 0) == Outcome::degraded);
}

TEST_CASE("a sibling whose settings were changed goes wrong silently, the culprit does not",
          "[containment]") {
  TrialRecord trial = struck_trial();
  trial.workers[1].strikes = 1;
  trial.process_changes = {"", "umask", "", ""};
  CHECK(outcome_of(trial, 0) == Outcome::harmless);
  trial.process_changes[0] = "umask";
  CHECK(outcome_of(trial, 0) == Outcome::silent);
}

TEST_CASE("a crash on the way out, with all work done, is contained", "[containment]") {
  TrialRecord trial = struck_trial();
  trial.deaths.push_back({});
  CHECK(outcome_of(trial, 0) == Outcome::contained);
}

TEST_CASE("in a mix, what takes a process down degrades, and what reaches a sibling may miss",
          "[containment]") {
  const FaultEntry* crash = FaultRegistry::find("abort");
  REQUIRE(crash != nullptr);
  CHECK(is_expected(*crash, mode("thread"), Outcome::lost_all));
  CHECK(is_expected(*crash, mode("process"), Outcome::contained));
  CHECK(is_expected(*crash, mode("2x2"), Outcome::degraded));
  CHECK_FALSE(is_expected(*crash, mode("2x2"), Outcome::contained));
  const FaultEntry* stray = FaultRegistry::find("wild-private");
  REQUIRE(stray != nullptr);
  CHECK(is_expected(*stray, mode("2x2"), Outcome::silent));
  CHECK(is_expected(*stray, mode("2x2"), Outcome::harmless));
  CHECK_FALSE(is_expected(*stray, mode("process"), Outcome::silent));
}

#include "runner/reports/isolation.hpp"

#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"

using namespace bulkhead;
using example::make_crash_trial;
using example::make_plan;
using example::with_fault;

namespace {

/// Trials in which the fault struck one mode of 4 workers, one a round.
class Crashes {
 public:
  Crashes(const std::string& mode, RestartPolicy restart, std::uint32_t rounds) {
    const Plan plan = with_fault(make_plan({mode}, 4), restart);
    for (std::uint32_t round = 0; round < rounds; ++round) {
      trials.push_back(make_crash_trial(plan, round, 0, 1'000'000));
    }
  }

  [[nodiscard]] IsolationSummary summarize(double fault_free_per_worker_per_s = 0) const {
    TrialList list;
    for (const TrialRecord& trial : trials) list.push_back(&trial);
    return summarize_isolation(list, fault_free_per_worker_per_s);
  }

  std::vector<TrialRecord> trials;
};

}  // namespace

TEST_CASE("a death takes down all workers of its compartment and no other", "[isolation]") {
  const auto [mode, lost] =
      GENERATE(table<const char*, std::uint64_t>({{"process", 1}, {"2x2", 2}, {"thread", 4}}));
  CAPTURE(mode);
  const IsolationSummary summary = Crashes(mode, RestartPolicy::never, 3).summarize();
  CHECK(summary.struck == 3);
  CHECK(summary.lost_workers.value().least == lost);
  CHECK(summary.lost_workers.value().most == lost);
  CHECK(summary.surviving_workers.value().most == 4 - lost);
}

TEST_CASE("trials that differ are shown as a range", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 3);
  crashes.trials[1].workers[2].deaths = 1;
  const CountRange lost = crashes.summarize().lost_workers.value();
  CHECK(lost.least == 1);
  CHECK(lost.median == 1);
  CHECK(lost.most == 2);
}

TEST_CASE("only trials that the fault struck are counted", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 3);
  crashes.trials[0].fault_struck = false;
  const IsolationSummary summary = crashes.summarize();
  CHECK(summary.trials.completed == 3);
  CHECK(summary.struck == 2);
  CHECK(summary.deaths_unstruck == 1);
  CHECK(summary.state.total() == 2);
}

TEST_CASE("a fault that never struck leaves nothing to say", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 2);
  for (TrialRecord& trial : crashes.trials) {
    trial.fault_struck = false;
    trial.deaths.clear();
  }
  const IsolationSummary summary = crashes.summarize();
  CHECK(summary.struck == 0);
  CHECK(summary.deaths_unstruck == 0);
  CHECK_FALSE(summary.lost_workers);
  CHECK_FALSE(summary.units);
  CHECK_FALSE(summary.survivors_share);
  CHECK_FALSE(summary.noticed_ns);
}

TEST_CASE("failed and interrupted trials count as such and as nothing else", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 3);
  crashes.trials[0].status = TrialStatus::failed;
  crashes.trials[1].status = TrialStatus::interrupted;
  const IsolationSummary summary = crashes.summarize();
  CHECK(summary.trials.failed == 1);
  CHECK(summary.trials.interrupted == 1);
  CHECK(summary.struck == 1);
}

TEST_CASE("an interrupted unit that nobody redoes is lost", "[isolation]") {
  const UnitCount units = Crashes("2x2", RestartPolicy::never, 1).summarize().units.value();
  CHECK(units.lost == 2);
  CHECK(units.redone == 0);
}

TEST_CASE("an interrupted unit that a replacement redoes is not lost", "[isolation]") {
  const UnitCount units = Crashes("2x2", RestartPolicy::one_for_one, 1).summarize().units.value();
  CHECK(units.lost == 0);
  CHECK(units.redone == 2);
}

TEST_CASE("a unit that was acknowledged and is not in the state is lost, too", "[isolation]") {
  Crashes crashes("2x2", RestartPolicy::never, 1);
  crashes.trials[0].verify.missing_units = 10;
  crashes.trials[0].verify.surplus_units = 3;
  const UnitCount units = crashes.summarize().units.value();
  CHECK(units.lost == 12);
  CHECK(units.surplus == 3);
}

TEST_CASE("survivors are compared with as many workers in the trials without faults",
          "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 1);
  crashes.trials[0].survivors = SurvivorsRecord{3, 60, 0};
  CHECK(crashes.summarize(40).survivors_share.value().median == Approx(0.5));  // Of 3 x 40.
}

TEST_CASE("survivors that can be compared with nothing have no share", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 1);
  crashes.trials[0].survivors = SurvivorsRecord{3, 60, 0};
  CHECK_FALSE(crashes.summarize(0).survivors_share);
}

TEST_CASE("where nobody survived there is no share of survivors", "[isolation]") {
  CHECK_FALSE(Crashes("thread", RestartPolicy::never, 2).summarize(40).survivors_share);
}

TEST_CASE("times are counted from the fault", "[isolation]") {
  Crashes crashes("process", RestartPolicy::one_for_one, 1);
  DeathRecord& death = crashes.trials[0].deaths[0];
  death.struck_ns = 1'000;
  death.noticed_ns = 1'300;
  death.recovered_ns = 5'000;
  const IsolationSummary summary = crashes.summarize();
  CHECK(summary.noticed_ns.value() == Approx(300));
  CHECK(summary.recovered_ns.value() == Approx(4'000));
}

TEST_CASE("a death that no fault caused and one never recovered have no such times",
          "[isolation]") {
  Crashes crashes("process", RestartPolicy::one_for_one, 2);
  crashes.trials[0].deaths[0].struck_ns = 0;
  crashes.trials[1].deaths[0].recovered_ns = 0;
  const IsolationSummary summary = crashes.summarize();
  CHECK(summary.noticed_ns.value() == Approx(181'000));  // Of the second trial alone.
  CHECK_FALSE(summary.recovered_ns);
}

TEST_CASE("exit causes are counted, the most frequent first", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 3);
  crashes.trials[2].deaths[0].cause = {ExitCause::Kind::exited, 3};
  const auto causes = crashes.summarize().exit_causes;
  REQUIRE(causes.size() == 2);
  CHECK(causes[0].first == "SIGSEGV");
  CHECK(causes[0].second == 2);
  CHECK(causes[1].first == "exit 3");
}

TEST_CASE("workers that wait for a lock or gave up at the end are stuck", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 1);
  CHECK(crashes.summarize().stuck_workers.value().most == 0);
  crashes.trials[0].workers[0].waiting_at_end = true;
  crashes.trials[0].workers[2].failure = "the lock is not recoverable";
  CHECK(crashes.summarize().stuck_workers.value().most == 2);
}

TEST_CASE("the time back to speed is counted from the fault, over the trials that came back",
          "[isolation]") {
  Crashes crashes("process", RestartPolicy::one_for_one, 2);
  crashes.trials[0].struck_ns = 1'000;
  crashes.trials[0].back_to_speed_ns = 6'000;
  crashes.trials[1].back_to_speed_ns = 0;
  const IsolationSummary summary = crashes.summarize();
  CHECK(summary.back_to_speed_ns.value() == Approx(5'000));
  CHECK(summary.never_back_to_speed == 1);
}

TEST_CASE("workers that a recovery stopped are neither lost nor surviving", "[isolation]") {
  Crashes crashes("process", RestartPolicy::one_for_all, 1);
  crashes.trials[0].workers[0].stopped = 1;
  const IsolationSummary summary = crashes.summarize();
  CHECK(summary.lost_workers.value().most == 1);
  CHECK(summary.stopped_workers.value().most == 1);
  CHECK(summary.surviving_workers.value().most == 2);
}

TEST_CASE("what came of a hazard is summed over the trials, each fault for itself", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 3);
  CHECK(crashes.summarize().hazards.empty());
  CHECK_FALSE(crashes.summarize().hazard_waits_ns);
  crashes.trials[0].hazards = {{"aba", true, 10, 9}};
  crashes.trials[1].hazards = {{"priority-inversion", false, 1, 1, 60'000'000},
                               {"aba", true, 20, 11}};
  const IsolationSummary summary = crashes.summarize();
  REQUIRE(summary.hazards.size() == 2);
  CHECK(summary.hazards[0].fault == "aba");
  CHECK(summary.hazards[0].tries == 30);
  CHECK(summary.hazards[0].seen == 20);
  CHECK(summary.hazards[1].seen == 1);
  CHECK(summary.hazard_waits_ns == 60e6);
}

TEST_CASE("what came over a worker counts where no fault struck it itself", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 1);
  TrialRecord& trial = crashes.trials[0];
  for (WorkerRecord& worker : trial.workers) worker.strikes = 0;
  trial.workers[1].strikes = 1;
  trial.workers[1].refused = "memory";
  trial.process_changes.assign(trial.workers.size(), "");
  trial.process_changes[1] = "umask";
  CHECK(crashes.summarize().refused_siblings.value().most == 0);
  CHECK(crashes.summarize().changed_siblings.value().most == 0);
  trial.workers[2].refused = "thread";
  trial.process_changes[0] = "user";
  const IsolationSummary summary = crashes.summarize();
  CHECK(summary.refused_siblings.value().most == 1);
  CHECK(summary.refused_what == "thread");
  CHECK(summary.changed_siblings.value().most == 1);
  CHECK(summary.changed_what == "user");
}

TEST_CASE("what a workload measures itself is told of the trials that were struck, and of no other",
          "[isolation]") {
  Crashes crashes("thread", RestartPolicy::never, 3);
  for (TrialRecord& trial : crashes.trials) trial.verify.measures = {{"failed_requests", 8}};
  crashes.trials[0].verify.measures = {{"failed_requests", 0}};
  crashes.trials[0].fault_struck = false;
  CHECK(crashes.summarize().measures == WorkloadMeasures{{"failed_requests", 8}});
}

TEST_CASE("orphans are told of where a fault ended the supervisor", "[isolation]") {
  Crashes crashes("process", RestartPolicy::never, 3);
  CHECK_FALSE(crashes.summarize().orphans_gone_ns);
  CHECK_FALSE(crashes.summarize().left_over);
  crashes.trials[0].orphans = OrphansRecord{4, 2'000, 0};
  crashes.trials[2].orphans = OrphansRecord{4, 4'000, 1};
  const IsolationSummary summary = crashes.summarize();
  CHECK(summary.orphans_gone_ns.value() == Approx(3'000));
  CHECK(summary.left_over.value().most == 1);
}

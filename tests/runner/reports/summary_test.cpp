#include "runner/reports/summary.hpp"

#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"

using namespace bulkhead;
using example::make_plan;
using example::make_result;
using example::with_fault;

namespace {

ExperimentResult two_modes(std::uint32_t rounds = 7) {
  return make_result(make_plan({"thread", "process"}, 4), rounds, {1'000'000, 2'000'000});
}

/// The trial without faults of a round and mode.
TrialRecord& trial_of(ExperimentResult& result, std::uint32_t round, std::uint32_t mode) {
  for (TrialRecord& trial : result.trials) {
    if (trial.id.round == round && trial.id.mode == mode && !trial.id.with_faults) return trial;
  }
  FAIL("no such trial");
  return result.trials.front();
}

void fail(TrialRecord& trial) {
  trial.status = TrialStatus::failed;
}

}  // namespace

TEST_CASE("throughput is the median over rounds of operations per second", "[summary]") {
  ExperimentResult result = two_modes(3);
  const std::uint64_t operations[] = {1'000, 9'000, 2'000};
  for (std::uint32_t round = 0; round < 3; ++round) {
    trial_of(result, round, 0).windows[0].operations = operations[round];
  }
  // A window of 200 ms.
  CHECK(summarize(result).modes[0].cost.throughput.value().median_per_s == Approx(10'000));
}

TEST_CASE("throughput has an interval from six rounds on", "[summary]") {
  CHECK_FALSE(summarize(two_modes(5)).modes[0].cost.throughput.value().interval);
  CHECK(summarize(two_modes(6)).modes[0].cost.throughput.value().interval);
}

TEST_CASE("a mode without a completed trial has no throughput", "[summary]") {
  ExperimentResult result = two_modes(2);
  fail(trial_of(result, 0, 1));
  trial_of(result, 1, 1).status = TrialStatus::interrupted;
  const ModeSummary process = summarize(result).modes[1];
  CHECK_FALSE(process.cost.throughput);
  CHECK_FALSE(process.comparison);
  CHECK(process.cost.trials.completed == 0);
  CHECK(process.cost.trials.interrupted == 1);
  CHECK(process.cost.trials.failed == 1);
}

TEST_CASE("the first mode is compared with nothing", "[summary]") {
  const Summary summary = summarize(two_modes());
  CHECK_FALSE(summary.modes[0].comparison);
  REQUIRE(summary.modes[1].comparison);
  CHECK(summary.modes[1].comparison->estimate.ratio == Approx(2).epsilon(0.02));
  CHECK(summary.modes[1].comparison->judgement.verdict == SpeedVerdict::faster);
}

TEST_CASE("a round counts for a ratio only when both of its trials completed", "[summary]") {
  ExperimentResult result = two_modes();
  fail(trial_of(result, 2, 0));
  fail(trial_of(result, 4, 1));
  CHECK(summarize(result).modes[1].comparison.value().estimate.rounds == 5);
}

TEST_CASE("the more modes are compared, the surer each comparison has to be", "[summary]") {
  const Summary one = summarize(two_modes());
  CHECK(one.modes[1].comparison.value().estimate.confidence == Approx(0.95));
  const Summary two =
      summarize(make_result(make_plan({"thread", "process", "2x2"}, 4), 7, {10, 20, 30}));
  CHECK(two.modes[1].comparison.value().estimate.confidence == Approx(0.975));
}

TEST_CASE("only the chosen window of a trial counts", "[summary]") {
  ExperimentResult result = two_modes(1);
  TrialRecord& trial = trial_of(result, 0, 0);
  trial.windows.push_back(trial.windows[0]);
  trial.windows[0].operations = 7;
  trial.windows[0].disturbance.over_limit = true;
  trial.windows[1].operations = 200'000;
  trial.chosen_window = 1;
  const CostSummary cost = summarize(result).modes[0].cost;
  CHECK(cost.throughput.value().median_per_s == Approx(1e6));
  CHECK(cost.trust.repeated == 1);
  CHECK(cost.trust.left_disturbed == 0);
}

TEST_CASE("a trial whose best window was disturbed is counted as such", "[summary]") {
  ExperimentResult result = two_modes(2);
  trial_of(result, 1, 0).windows[0].disturbance = {0.2, 0.1, 0, true};
  const WindowTrust trust = summarize(result).modes[0].cost.trust;
  CHECK(trust.left_disturbed == 1);
  CHECK(trust.others_share == Approx(0.3));
}

TEST_CASE("latencies of all rounds are put together", "[summary]") {
  ExperimentResult result = two_modes(2);
  trial_of(result, 0, 0).windows[0].latency = {{10, 98}, {20, 1}};  // Buckets below 32 are exact.
  trial_of(result, 1, 0).windows[0].latency = {{30, 1}};
  const Latency latency = summarize(result).modes[0].cost.latency.value();
  CHECK(latency.samples == 100);
  CHECK(latency.p50_ns == 10);
  CHECK(latency.p99_ns == 20);
  CHECK(latency.max_ns == 30);
}

TEST_CASE("there is no latency without a sample", "[summary]") {
  ExperimentResult result = two_modes(1);
  trial_of(result, 0, 0).windows[0].latency.clear();
  CHECK_FALSE(summarize(result).modes[0].cost.latency);
}

TEST_CASE("a latency bucket that cannot be is left out", "[summary]") {
  ExperimentResult result = two_modes(1);
  trial_of(result, 0, 0).windows[0].latency = {{10, 1}, {4'000'000'000u, 1}};
  CHECK(summarize(result).modes[0].cost.latency.value().samples == 1);
}

TEST_CASE("CPU time per operation needs an operation", "[summary]") {
  ExperimentResult result = two_modes(1);
  trial_of(result, 0, 0).windows[0].cpu_ns = 5'000'000;
  trial_of(result, 0, 0).windows[0].operations = 1'000;
  trial_of(result, 0, 1).windows[0].operations = 0;
  const Summary summary = summarize(result);
  CHECK(summary.modes[0].cost.cpu_ns_per_operation.value() == Approx(5'000));
  CHECK_FALSE(summary.modes[1].cost.cpu_ns_per_operation);
}

TEST_CASE("CPU time per operation is compared where others slowed the throughput down",
          "[summary]") {
  ExperimentResult result = two_modes(7);
  for (std::uint32_t round = 0; round < 7; ++round) {
    for (std::uint32_t mode = 0; mode < 2; ++mode) {
      WindowRecord& window = trial_of(result, round, mode).windows[0];
      // Others had the CPUs for a good part of the time, now of the one and now of the other.
      window.operations = (round + mode) % 2 == 0 ? 20'000 : 50'000;
      window.cpu_ns = static_cast<std::int64_t>(window.operations) * 1'000;
    }
  }
  const ModeSummary process = summarize(result).modes[1];
  CHECK(process.comparison.value().judgement.verdict == SpeedVerdict::cannot_tell);
  CHECK(process.cpu_comparison.value().judgement.verdict == SpeedVerdict::same);
  CHECK(process.cpu_comparison.value().estimate.ratio == Approx(1));
}

TEST_CASE("CPU time that is not known is not compared", "[summary]") {
  ExperimentResult result = two_modes(7);
  for (TrialRecord& trial : result.trials) trial.windows[0].cpu_ns = 0;
  const ModeSummary process = summarize(result).modes[1];
  CHECK(process.comparison);
  CHECK_FALSE(process.cpu_comparison);
}

TEST_CASE("rates are per second of the window", "[summary]") {
  ExperimentResult result = two_modes(1);
  WindowRecord& window = trial_of(result, 0, 0).windows[0];
  window.voluntary_switches = 10;
  window.involuntary_switches = 20;
  window.minor_faults = 30;
  window.run_delay_ns = 400'000'000;
  const CostSummary cost = summarize(result).modes[0].cost;
  CHECK(cost.switches_per_s_voluntary.value() == Approx(50));
  CHECK(cost.switches_per_s_involuntary.value() == Approx(100));
  CHECK(cost.minor_faults_per_s.value() == Approx(150));
  CHECK(cost.run_delay_share.value() == Approx(0.5));  // Of four workers for 200 ms.
}

TEST_CASE("the start of a worker is the median over all workers of all rounds", "[summary]") {
  ExperimentResult result = two_modes(1);
  std::vector<WorkerRecord>& workers = trial_of(result, 0, 0).workers;
  const std::int64_t starts[] = {10, 0, 30, 20};  // 0: unknown.
  for (std::size_t index = 0; index < workers.size(); ++index) {
    workers[index].start_ns = starts[index];
    workers[index].gate_to_first_ns = 5 * starts[index];
  }
  const CostSummary cost = summarize(result).modes[0].cost;
  CHECK(cost.start_ns.value() == Approx(20));
  CHECK(cost.start_skew_ns.value() == Approx(100));
}

TEST_CASE("memory that could not be read is not taken for none", "[summary]") {
  ExperimentResult result = two_modes(1);
  trial_of(result, 0, 0).memory = {};
  const Summary summary = summarize(result);
  CHECK_FALSE(summary.modes[0].cost.memory);
  CHECK(summary.modes[1].cost.memory);
}

TEST_CASE("the worst state of a mode is named with what was found", "[summary]") {
  ExperimentResult result = two_modes(3);
  trial_of(result, 1, 0).verify = {VerifyRecord::Health::lossy, 4'000, 0, "too few"};
  trial_of(result, 2, 0).verify = {VerifyRecord::Health::torn, 0, 0, "half done"};
  const CostSummary cost = summarize(result).modes[0].cost;
  CHECK(cost.state.sound == 1);
  CHECK(cost.state.lossy == 1);
  CHECK(cost.state.torn == 1);
  CHECK(cost.state.worst_finding == "half done");
  CHECK(cost.missing_share == Approx(4'000 / 3e6).epsilon(0.01));
}

TEST_CASE("a plan without faults says nothing about isolation", "[summary]") {
  CHECK_FALSE(summarize(two_modes()).modes[0].isolation);
}

TEST_CASE("trials with faults do not count for the cost", "[summary]") {
  const Plan plan = with_fault(make_plan({"thread", "process"}, 4), RestartPolicy::never);
  const Summary summary = summarize(make_result(plan, 7, {1'000, 1'000}));
  CHECK(summary.modes[0].cost.trials.completed == 7);
  CHECK(summary.modes[0].cost.deaths == 0);
  CHECK(summary.modes[0].isolation.value().trials.completed == 7);
}

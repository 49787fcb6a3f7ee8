#include "runner/reports/explain/explain.hpp"

#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::Equals;
using Catch::Matchers::StartsWith;
using example::make_plan;
using example::with_fault;

namespace {

/// A summary in which there is nothing to say yet.
Summary quiet(const std::vector<std::string>& modes = {"thread", "process"}) {
  Summary summary;
  summary.plan = make_plan(modes, 4);
  for (const Mode& mode : summary.plan.modes) {
    ModeSummary of_mode;
    of_mode.mode = mode;
    of_mode.cost.trials.completed = 7;
    of_mode.cost.state.sound = 7;
    summary.modes.push_back(of_mode);
    if (summary.modes.size() > 1) {
      summary.modes.back().comparison =
          Comparison{{1, Interval{0.999, 1.001, 0.95}, 7, 0.95}, {SpeedVerdict::same, 0.001, 0}};
    }
  }
  return summary;
}

/// With a fault that struck in all trials, took down one worker and left the state sound.
Summary struck(const std::vector<std::string>& modes = {"thread", "process"}) {
  Summary summary = quiet(modes);
  summary.plan = with_fault(summary.plan, RestartPolicy::never);
  for (ModeSummary& mode : summary.modes) {
    IsolationSummary isolation;
    isolation.trials.completed = isolation.struck = isolation.state.sound = 7;
    isolation.lost_workers = CountRange{1, 1, 1};
    isolation.surviving_workers = CountRange{3, 3, 3};
    isolation.stuck_workers = isolation.repairs = CountRange{};
    isolation.exit_causes = {{"SIGSEGV", 7}};
    mode.isolation = isolation;
  }
  return summary;
}

Comparison compared(SpeedVerdict verdict, double low, double ratio, double high) {
  return {{ratio, Interval{low, high, 0.95}, 7, 0.95}, {verdict, 0, 0}};
}

/// The sentence on that subject; empty when there is none.
std::string sentence(const Summary& summary, const std::string& subject) {
  for (const std::string& text : explain(summary)) {
    if (text.starts_with(subject + ": ")) return text;
  }
  return {};
}

std::string speed_of(const Comparison& comparison) {
  Summary summary = quiet();
  summary.modes[1].comparison = comparison;
  return sentence(summary, "Speed");
}

void set_memory(ModeSummary& mode, double pss_bytes) {
  mode.cost.memory = Memory{pss_bytes, 0, 0, 0};
}

}  // namespace

TEST_CASE("a faster mode is said to do so many percent more", "[explain]") {
  CHECK_THAT(speed_of(compared(SpeedVerdict::faster, 1.027, 1.031, 1.035)),
             Equals("Speed: process does 3.1 % more operations per second than thread (interval "
                    "2.7 % to 3.5 %)."));
}

TEST_CASE("a slower mode is said to do so many percent fewer", "[explain]") {
  CHECK_THAT(speed_of(compared(SpeedVerdict::slower, 0.86, 0.88, 0.9)),
             Equals("Speed: process does 12 % fewer operations per second than thread (interval "
                    "10 % to 14 %)."));
}

TEST_CASE("from twice as fast on, times are said and not percent", "[explain]") {
  CHECK_THAT(speed_of(compared(SpeedVerdict::faster, 1.9, 1.99, 2.1)), Contains("99 % more"));
  CHECK_THAT(speed_of(compared(SpeedVerdict::faster, 1.9, 2, 2.1)), Contains("does 2.000 times"));
}

TEST_CASE("from half as fast down, times are said and not percent", "[explain]") {
  CHECK_THAT(speed_of(compared(SpeedVerdict::slower, 0.4, 0.51, 0.6)), Contains("49 % fewer"));
  CHECK_THAT(speed_of(compared(SpeedVerdict::slower, 0.4, 0.5, 0.6)),
             Contains("does only 0.500 times"));
}

TEST_CASE("a mode that is the same is said to be so within a limit", "[explain]") {
  CHECK_THAT(speed_of({{1, Interval{0.995, 1.004, 0.95}, 7, 0.95}, {SpeedVerdict::same, 0.005, 0}}),
             Equals("Speed: process does as many operations per second as thread, within 0.50 %."));
}

TEST_CASE("what cannot be told is said with how much more it takes", "[explain]") {
  const auto undecided = [](std::uint64_t more) {
    return speed_of(
        {{1.02, Interval{0.98, 1.05, 0.95}, 7, 0.95}, {SpeedVerdict::cannot_tell, 0, more}});
  };
  CHECK_THAT(undecided(12),
             Equals("Speed: 7 rounds cannot tell whether process is faster or slower "
                    "than thread (ratio 0.980 to 1.050), about 12 more rounds would."));
  CHECK_THAT(undecided(1), Contains("about 1 more round would"));
  CHECK_THAT(undecided(max_more_rounds - 1), Contains("about 9,998 more rounds would"));
  CHECK_THAT(undecided(max_more_rounds), Contains("more rounds would hardly tell"));
}

TEST_CASE("where the throughput cannot be told the CPU time may be", "[explain]") {
  const auto speed_with = [](const Comparison& cpu) {
    Summary summary = quiet();
    summary.modes[1].comparison = {{1.02, Interval{0.8, 1.2, 0.95}, 7, 0.95},
                                   {SpeedVerdict::cannot_tell, 0, 12}};
    summary.modes[1].cpu_comparison = cpu;
    return sentence(summary, "Speed");
  };
  CHECK_THAT(
      speed_with({{1, Interval{0.995, 1.004, 0.95}, 7, 0.95}, {SpeedVerdict::same, 0.005, 0}}),
      EndsWith("would, but an operation takes the same CPU time within 0.50 %."));
  CHECK_THAT(speed_with({{1.3, Interval{1.2, 1.4, 0.95}, 7, 0.95}, {SpeedVerdict::faster, 0, 0}}),
             EndsWith("would, but an operation takes 1.300 times the CPU time."));
  CHECK_THAT(speed_with({{1, Interval{0.5, 2, 0.95}, 7, 0.95}, {SpeedVerdict::cannot_tell, 0, 9}}),
             EndsWith("about 12 more rounds would."));
}

TEST_CASE("too few rounds for an interval are said to be too few", "[explain]") {
  const auto few = [](std::size_t rounds) {
    return speed_of(
        {{1.02, std::nullopt, rounds, 0.95}, {SpeedVerdict::cannot_tell, 0, 6 - rounds}});
  };
  CHECK_THAT(few(1),
             StartsWith("Speed: 1 round is too few to compare process with thread, at least 5"));
  CHECK_THAT(few(5), StartsWith("Speed: 5 rounds are too few"));
}

TEST_CASE("a mode without a common round is said not to be comparable", "[explain]") {
  Summary summary = quiet();
  summary.modes[1].comparison.reset();
  CHECK_THAT(sentence(summary, "Speed"), Contains("process cannot be compared with thread"));
}

TEST_CASE("one mode alone is compared with nothing", "[explain]") {
  CHECK(explain(quiet({"thread"})).empty());
}

TEST_CASE("three comparisons are all told, four are summed up", "[explain]") {
  CHECK_THAT(sentence(quiet({"thread", "process", "2x2", "4x1"}), "Speed"),
             Contains("; 2x2 does") && Contains("; 4x1 does"));
  Summary summary = quiet({"thread", "process", "2x2", "4x1", "1x4"});
  summary.modes[2].comparison = compared(SpeedVerdict::faster, 1.2, 1.3, 1.4);
  summary.modes[3].comparison = compared(SpeedVerdict::slower, 0.6, 0.7, 0.8);
  summary.modes[4].comparison.reset();
  CHECK_THAT(sentence(summary, "Speed"),
             Equals("Speed: of 4 modes compared with thread, 1 faster, 1 slower, 1 the same, 1 "
                    "undecided; ratios from 0.700 (4x1) to 1.300 (2x2)."));
}

TEST_CASE("memory is told where most and where least is taken", "[explain]") {
  Summary summary = quiet();
  set_memory(summary.modes[0], 4 * 1024 * 1024);
  set_memory(summary.modes[1], 10 * 1024 * 1024);
  CHECK_THAT(
      sentence(summary, "Memory"),
      Equals("Memory: a worker takes 2.50 MiB (PSS) in process, 1.50 MiB more than the 1.00 MiB "
             "in thread."));
}

TEST_CASE("memory that differs by no more than 5 percent is said to be the same", "[explain]") {
  Summary summary = quiet();
  set_memory(summary.modes[0], 1'000'000);
  set_memory(summary.modes[1], 1'050'000);
  CHECK_THAT(sentence(summary, "Memory"), Contains("the same in all modes"));
  set_memory(summary.modes[1], 1'050'001);
  CHECK_THAT(sentence(summary, "Memory"), Contains("more than the"));
}

TEST_CASE("memory that is known of one mode only is not compared", "[explain]") {
  Summary summary = quiet();
  set_memory(summary.modes[0], 1'000'000);
  CHECK(sentence(summary, "Memory").empty());
}

TEST_CASE("lost updates without a lock are told with their share", "[explain]") {
  Summary summary = quiet();
  summary.plan.lock = "none";
  summary.modes[1].cost.state = {3, 4, 0, 0, ""};
  summary.modes[1].cost.missing_share = 0.12;
  CHECK_THAT(sentence(summary, "State"),
             Equals("State: even without a fault lossy in 4 of 7 trials of process (12 % of the "
                    "operations missing); lock none does not exclude."));
}

TEST_CASE("a state that is always sound is worth no sentence without faults", "[explain]") {
  CHECK(sentence(quiet(), "State").empty());
}

TEST_CASE("a lock that excludes is not blamed for lost updates", "[explain]") {
  Summary summary = quiet();
  summary.modes[1].cost.state = {6, 0, 1, 0, ""};
  CHECK_THAT(sentence(summary, "State"),
             Equals("State: even without a fault torn in 1 of 7 trials of "
                    "process."));
}

TEST_CASE("the fault is told with whom it took down", "[explain]") {
  Summary summary = struck();
  summary.modes[0].isolation->lost_workers = CountRange{4, 4, 4};
  CHECK_THAT(sentence(summary, "Fault"),
             Equals("Fault: segv-null@1:ms=50 took down 4 of 4 workers in thread and 1 of 4 in "
                    "process."));
}

TEST_CASE("losses that differ between trials are told as a range", "[explain]") {
  Summary summary = struck();
  summary.modes[0].isolation->lost_workers = CountRange{2, 1, 4};
  CHECK_THAT(sentence(summary, "Fault"), Contains("took down 1 to 4 of 4 workers in thread"));
}

TEST_CASE("a fault that kills nobody is said to", "[explain]") {
  Summary summary = struck();
  for (ModeSummary& mode : summary.modes) mode.isolation->lost_workers = CountRange{};
  CHECK_THAT(sentence(summary, "Fault"), Contains("took down no worker in any mode"));
}

TEST_CASE("a fault that never struck is said not to", "[explain]") {
  Summary summary = struck();
  for (ModeSummary& mode : summary.modes) {
    mode.isolation = IsolationSummary();
    mode.isolation->trials.completed = 7;
  }
  CHECK_THAT(sentence(summary, "Fault"), Contains("struck in no trial"));
  CHECK(sentence(summary, "State").empty());
}

TEST_CASE("survivors are told with their share, and a standstill as such", "[explain]") {
  Summary summary = struck();
  summary.modes[0].isolation->survivors_share = SurvivorsShare{0.98, 7};
  summary.modes[1].isolation->survivors_share = SurvivorsShare{0.001, 7};
  CHECK_THAT(sentence(summary, "Fault"), Contains("did 98 % (thread) and 0.10 % (process)"));
  summary.modes[1].isolation->survivors_share->median = 0.0009;
  CHECK_THAT(sentence(summary, "Fault"), Contains("less than 0.1 % (process)"));
}

TEST_CASE("survivors that did the same in all modes are told once", "[explain]") {
  Summary summary = struck();
  summary.modes[0].isolation->survivors_share = SurvivorsShare{0.981, 7};
  summary.modes[1].isolation->survivors_share = SurvivorsShare{0.979, 7};
  CHECK_THAT(sentence(summary, "Fault"),
             Contains("the survivors then did 98 % of their throughput"));
}

TEST_CASE("of four modes each is named, of five the extremes", "[explain]") {
  CHECK_THAT(sentence(struck({"thread", "process", "2x2", "4x1"}), "Fault"), Contains("in 4x1"));
  Summary summary = struck({"thread", "process", "2x2", "4x1", "1x4"});
  summary.modes[0].isolation->lost_workers = CountRange{4, 4, 4};
  CHECK_THAT(sentence(summary, "Fault"),
             Contains("from 1 of 4 workers (process) to 4 of 4 (thread)"));
}

TEST_CASE("a state that was repaired is said to be", "[explain]") {
  Summary summary = struck();
  CHECK_THAT(sentence(summary, "State"), Equals("State: sound after the fault in every trial."));
  summary.modes[1].isolation->repairs = CountRange{1, 0, 1};
  CHECK_THAT(
      sentence(summary, "State"),
      Equals("State: sound after the fault in every trial; the next holder of the lock repaired "
             "it (up to 1 time a trial)."));
}

TEST_CASE("why a state was torn is what the lock says of dead holders", "[explain]") {
  const auto [lock, reason] = GENERATE(table<const char*, const char*>(
      {{"mutex", "lock mutex tells nobody that its holder died"},
       {"robust", "lock robust tells the next holder of a death, but did not save it"},
       {"none", "lock none does not exclude"}}));
  Summary summary = struck();
  summary.plan.lock = lock;
  summary.modes[1].isolation->state = {5, 0, 2, 0, ""};
  CHECK_THAT(
      sentence(summary, "State"),
      StartsWith("State: after the fault torn in 2 of 7 trials of process; ") && Contains(reason));
}

TEST_CASE("where nobody died no lock is blamed", "[explain]") {
  Summary summary = struck();
  summary.plan.lock = "mutex";
  summary.modes[1].isolation->state = {0, 0, 7, 0, ""};
  summary.modes[1].isolation->exit_causes.clear();
  CHECK_THAT(sentence(summary, "State"),
             Contains("nobody died there") && !Contains("its holder died"));
}

TEST_CASE("workers that are stuck at the end are counted", "[explain]") {
  Summary summary = struck();
  summary.modes[1].isolation->stuck_workers = CountRange{3, 2, 3};
  CHECK_THAT(sentence(summary, "State"),
             Contains("up to 3 of 4 workers were stuck at the end (process)"));
}

TEST_CASE("a disturbed result is said to be one", "[explain]") {
  Summary summary = quiet();
  CHECK(sentence(summary, "Caution").empty());
  summary.modes[1].cost.trust.left_disturbed = 2;
  summary.modes[1].cost.trust.others_share = 0.34;
  CHECK_THAT(
      sentence(summary, "Caution"),
      StartsWith("Caution: the machine was disturbed in 2 of 7 rounds of process; others had up "
                 "to 34 % of its CPU time."));
}

TEST_CASE("a machine that is never quiet is said to be so in short", "[explain]") {
  Summary summary = quiet();
  for (ModeSummary& mode : summary.modes) mode.cost.trust.left_disturbed = 7;
  CHECK_THAT(sentence(summary, "Caution"), Contains("disturbed in every round;"));
}

TEST_CASE("there are five sentences at most, and the caution is among them", "[explain]") {
  Summary summary = struck();
  set_memory(summary.modes[0], 1'000'000);
  set_memory(summary.modes[1], 2'000'000);
  summary.modes[0].cost.state = {6, 1, 0, 0, ""};
  CHECK(explain(summary).size() == 5);
  CHECK_THAT(explain(summary).back(), StartsWith("Memory: "));
  summary.modes[0].cost.trust.left_disturbed = 1;
  CHECK(explain(summary).size() == 5);
  CHECK_THAT(explain(summary).back(), StartsWith("Caution: "));
}

TEST_CASE("a fault for two workers is told by how often it showed", "[explain]") {
  Summary summary = struck();
  CHECK_THAT(sentence(summary, "Fault"), !Contains("showed"));
  summary.modes[0].isolation->hazards = {{"lost-update", 1'000, 430}};
  summary.modes[1].isolation->hazards = {{"lost-update", 1'000, 0}};
  CHECK_THAT(sentence(summary, "Fault"),
             Contains(" and showed in 43 % (thread) and 0 % (process) of its tries"));
}

TEST_CASE("what siblings were refused, or had changed, is told with the modes it was seen in",
          "[explain]") {
  Summary summary = struck();
  CHECK_THAT(sentence(summary, "Fault"), !Contains("siblings"));
  summary.modes[0].isolation->refused_siblings = CountRange{3, 3, 3};
  summary.modes[0].isolation->refused_what = "descriptor";
  summary.modes[1].isolation->refused_siblings = CountRange{};
  CHECK_THAT(sentence(summary, "Fault"),
             Contains("; siblings were refused what they need in thread (descriptor)") &&
                 !Contains("process ("));
}

TEST_CASE("what a fault did to a server's clients is told, and an outage without an end is not",
          "[explain]") {
  Summary summary = struck();
  CHECK_THAT(sentence(summary, "Fault"), !Contains("client"));
  summary.plan.workload = WorkloadRegistry::find("server");
  summary.modes[0].isolation->measures = {
      {"failed_requests", 8}, {"failed_clients", 8}, {"abandoned_clients", 8}};
  summary.modes[1].isolation->measures = {{"failed_requests", 4},
                                          {"failed_clients", 2},
                                          {"abandoned_clients", 0},
                                          {"longest_outage_ns", 1'400'000}};
  CHECK_THAT(sentence(summary, "Fault"),
             EndsWith("; clients with a failed request: 8 (thread) and 2 (process); clients never "
                      "answered again: 8 (thread) and 0 (process); longest outage of a client: "
                      "1.40 ms (process)."));
}

TEST_CASE("of five modes those with the least and the most harm to clients are named",
          "[explain]") {
  Summary summary = struck({"thread", "process", "2x2", "4x1", "1x4"});
  summary.plan.workload = WorkloadRegistry::find("server");
  double clients = 8;
  for (ModeSummary& mode : summary.modes) {
    mode.isolation->measures = {{"failed_clients", clients--}};
  }
  CHECK_THAT(sentence(summary, "Fault"),
             EndsWith("; clients with a failed request: 4 (1x4) to 8 (thread)."));
}

#include "runner/commands/price_demos.hpp"

#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

/// One completed trial a mode, of `operations[mode]` operations in a second.
ExperimentResult priced(std::string_view workload, std::uint32_t workers,
                        const std::vector<std::uint64_t>& operations) {
  ExperimentResult result;
  const std::vector<std::string> modes{"thread", "process"};
  const auto count = static_cast<std::ptrdiff_t>(operations.size());
  result.plan = small_plan(workload, workers, {modes.begin(), modes.begin() + count});
  result.rounds = 1;
  for (std::uint32_t mode = 0; mode < operations.size(); ++mode) {
    TrialRecord trial;
    trial.id.mode = mode;
    WindowRecord window;
    window.end_ns = 1'000'000'000;
    window.operations = operations[mode];
    window.voluntary_switches = operations[mode];
    trial.windows.push_back(window);
    trial.memory = {4 << 20, 1 << 20, 1 << 20, 0};
    result.trials.push_back(trial);
  }
  return result;
}

ExperimentResult eight_workers(std::uint64_t process_pss_bytes) {
  ExperimentResult result = priced("spin", 8, {1000, 1000});
  result.trials[1].memory.pss_bytes = process_pss_bytes;
  return result;
}

}  // namespace

TEST_CASE("a fork is held against a thread, and against a fork of a small maker", "[demo]") {
  const DemoFinding dear = spawn_finding(
      {priced("spawn", 1, {50'000}), priced("spawn", 1, {5'000}), priced("spawn", 1, {1'000})});
  CHECK(dear.answer == 2);
  CHECK_THAT(dear.sentences[0], Contains("20.0 us for a thread"));
  CHECK_THAT(dear.sentences[1], Contains("fork 5.0 times as long"));
  const auto cheap = priced("spawn", 1, {50'000});
  CHECK(spawn_finding({cheap, cheap, cheap}).answer == 0);
}

TEST_CASE("a switch between processes is told apart from a switch between threads", "[demo]") {
  const auto spinning = priced("ping-pong", 2, {20'000'000, 20'000'000});
  const DemoFinding alike =
      context_switch_finding({priced("ping-pong", 2, {100'000, 99'000}), spinning});
  CHECK(alike.answer == 0);
  CHECK_THAT(alike.sentences[0], Contains("took 20.0 us between threads"));
  CHECK_THAT(alike.sentences[1], Contains("1.0 switches for each hand-over"));
  CHECK_THAT(alike.sentences[2], Contains("100 ns"));
  CHECK(context_switch_finding({priced("ping-pong", 2, {100'000, 70'000}), spinning}).answer == 1);
  CHECK(context_switch_finding({priced("ping-pong", 2, {100'000, 40'000}), spinning}).answer == 2);
}

TEST_CASE("what a process takes for each worker is the difference, shared out", "[demo]") {
  const auto touches = priced("page-fault", 2, {1000, 2000});
  const DemoFinding some = memory_finding({eight_workers(3 << 20), touches});
  CHECK(some.answer == 1);
  CHECK_THAT(some.sentences[0], Contains("256 KiB more for each worker"));
  CHECK_THAT(some.sentences[2], Contains("wait for each other"));
  CHECK(memory_finding({eight_workers(1 << 20), touches}).answer == 0);
  CHECK(memory_finding({eight_workers(17 << 20), touches}).answer == 2);
}

TEST_CASE("a demo without a completed trial says so instead of an answer", "[demo]") {
  const auto nothing = priced("spawn", 1, {0});
  const DemoFinding finding = spawn_finding({nothing, nothing, nothing});
  CHECK_FALSE(finding.answer);
  const std::string text = finding_text({"How?", {"so"}}, finding, 0, 80);
  CHECK_THAT(text, Contains("No trial was completed") && !Contains("so\""));
}

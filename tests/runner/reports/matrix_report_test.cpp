#include "runner/reports/matrix_report.hpp"

#include "runner/reports/summary.hpp"
#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"

using namespace bulkhead;

namespace {

/// The control rounds of two modes, and one row: abort, of which all threads die and one process.
MatrixResult matrix_of_abort() {
  const Plan plan = example::make_plan({"thread", "process"}, 4);
  MatrixResult result;
  result.experiment = example::make_result(plan, 7, {2'400'000, 2'400'000});
  result.rows.push_back({FaultRegistry::find("abort"), ""});
  result.fault_free_rates = {3'000'000, 3'000'000};
  return result;
}

/// A trial in which the fault struck and so many workers died.
TrialRecord& add_trial(MatrixResult& result, std::uint32_t round, std::uint32_t mode,
                       std::size_t deaths) {
  TrialRecord trial = example::make_trial(result.experiment.plan, round, mode, 1'000);
  trial.id.with_faults = true;
  trial.id.fault = "abort";
  trial.fault_struck = true;
  for (std::size_t worker = 0; worker < deaths; ++worker) trial.workers[worker].deaths = 1;
  result.experiment.trials.push_back(std::move(trial));
  return result.experiment.trials.back();
}

/// All threads died, as expected; two processes died, which is a surprise. The trial that repeats
/// the surprise is added by the test.
MatrixResult matrix_with_a_surprise() {
  MatrixResult result = matrix_of_abort();
  add_trial(result, 0, 0, 4);
  add_trial(result, 0, 1, 2);
  return result;
}

std::string markdown_of(const MatrixResult& result) {
  std::string text = render(result, "markdown", {});
  UNSCOPED_INFO(text);
  return text;
}

}  // namespace

TEST_CASE("a surprise that came once and not when it was repeated is a footnote and no finding",
          "[reports][matrix]") {
  MatrixResult result = matrix_with_a_surprise();
  add_trial(result, 1, 1, 1);
  const std::string text = markdown_of(result);
  CHECK_THAT(text, Catch::Contains("contained"));
  CHECK_THAT(text, !Catch::Contains("Finding"));
  CHECK_THAT(text, Catch::Contains("Once, and not when it was repeated"));
  CHECK_THAT(text, Catch::Contains("abort in process (degraded)"));
}

TEST_CASE("a surprise that came twice is a finding", "[reports][matrix]") {
  MatrixResult result = matrix_with_a_surprise();
  add_trial(result, 1, 1, 3);
  const std::string text = markdown_of(result);
  CHECK_THAT(text, Catch::Contains("Finding: abort in process was expected to be contained and was"
                                   " degraded"));
  CHECK_THAT(text, !Catch::Contains("Once, and not"));
}

TEST_CASE("a surprise whose repetition came to nothing is not said to have passed",
          "[reports][matrix]") {
  MatrixResult result = matrix_with_a_surprise();
  TrialRecord& repeated = add_trial(result, 1, 1, 0);
  SECTION("since it was interrupted") {
    repeated.status = TrialStatus::interrupted;
  }
  SECTION("since the fault did not strike") {
    repeated.fault_struck = false;
  }
  const std::string text = markdown_of(result);
  CHECK_THAT(text, !Catch::Contains("Finding"));
  CHECK_THAT(text, !Catch::Contains("Once, and not"));
  CHECK_THAT(text, Catch::Contains("no outcome when it was repeated: abort in process (degraded)"));
}

TEST_CASE("what the walls cost is said with its interval", "[reports][matrix]") {
  const std::string text = markdown_of(matrix_of_abort());
  CHECK_THAT(text, Catch::Contains("Speed: process does as many operations per second as thread"));
  CHECK_THAT(text, Catch::Contains("ratio to thread"));
  CHECK_THAT(text, Catch::Contains("Memory: a worker takes"));
  CHECK_THAT(text, Catch::Contains("Intervals assume no distribution"));
}

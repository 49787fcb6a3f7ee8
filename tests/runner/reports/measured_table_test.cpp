#include "runner/reports/measured_table.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/reports/overview.hpp"
#include "runner/reports/report.hpp"
#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;

namespace {

/// An experiment and what was made of it, with one measure of its workload in every trial.
struct Measured {
  Measured(std::string_view workload, std::string_view measure, double value)
      : result(made(workload, measure, value)),
        summary(summarize(result)),
        report(make_report(result, summary)) {}

  static ExperimentResult made(std::string_view workload, std::string_view measure, double value) {
    const Plan plan = small_plan(workload, 2, {"thread", "process"});
    ExperimentResult result = example::make_result(plan, 3, {1000, 1000});
    for (TrialRecord& trial : result.trials) {
      trial.verify.measures = {{std::string(measure), value}};
    }
    return result;
  }

  [[nodiscard]] BatchPresentation::Experiment named(std::string name) const {
    return {std::move(name), {result, summary, report}};
  }

  ExperimentResult result;
  Summary summary;
  Report report;
};

}  // namespace

TEST_CASE("a batch of sections says of each lock and mode how it kept the three conditions",
          "[overview]") {
  const Measured sound("section", "exclusion_violations", 0);
  const Measured broken("section", "exclusion_violations", 12'345);
  const std::vector<ReportTable> tables =
      measured_tables({sound.named("lock=mutex"), broken.named("lock=none")});
  REQUIRE(tables.size() == 1);
  CHECK(tables[0].title == "What section measured");
  CHECK(tables[0].heads ==
        std::vector<std::string>{"exclusion violated", "no progress at the end", "most bypasses"});
  REQUIRE(tables[0].groups.size() == 2);
  const RowGroup& second = tables[0].groups[1];
  REQUIRE(second.size() == 3);
  CHECK(second[0].label == "lock=none");
  CHECK(second[1].label == "  thread");
  CHECK(second[2].cells[0].text == "12,345");
  CHECK(second[2].cells[1].text == "n/a");  // Not measured in these trials.
}

TEST_CASE("workloads have tables of their own, and none where nothing is telling", "[overview]") {
  const Measured section("section", "exclusion_violations", 0);
  const Measured counter("counter", "lost_updates", 5);
  const Measured bank("bank", "none", 0);
  const Report overview = make_overview(
      {}, {bank.named("one"), section.named("two"), counter.named("three"), bank.named("four")});
  REQUIRE(overview.tables.size() == 3);
  CHECK(overview.tables[0].groups.size() == 4);
  CHECK(overview.tables[1].title == "What section measured");
  CHECK(overview.tables[2].title == "What counter measured");
  CHECK(heads_of(overview, overview.tables[0]) == overview.modes);
  CHECK(heads_of(overview, overview.tables[2]).size() == 2);
}

TEST_CASE("a table with more columns than the report has modes is drawn whole in every format",
          "[overview]") {
  const Measured section("section", "exclusion_violations", 7);
  const std::vector<BatchPresentation::Experiment> experiments{section.named("two")};
  Report overview = make_overview({}, experiments);
  overview.tables[1].heads.resize(6, "one more");
  for (ReportRow& row : overview.tables[1].groups[0]) row.cells.resize(6);
  for (const std::string_view format : {"table", "markdown", "html"}) {
    CAPTURE(format);
    RenderStyle narrow;
    narrow.width = 60;
    const std::string text =
        FormatRegistry::find(format)->draw_batch({overview, experiments}, narrow);
    CHECK(text.find("exclusion violated") != std::string::npos);
    CHECK(text.find("one more") != std::string::npos);
  }
}

TEST_CASE("what the marks and intervals of an overview mean stands below it, each once",
          "[overview]") {
  const Measured section("section", "exclusion_violations", 7);
  const Measured counter("counter", "lost_updates", 5);
  const std::vector<BatchPresentation::Experiment> all{section.named("one"), counter.named("two")};
  const std::vector<std::string> footnotes = make_overview({}, all).footnotes;
  REQUIRE_FALSE(footnotes.empty());
  CHECK_THAT(footnotes[0], Catch::Contains("Intervals assume no distribution"));
  CHECK(std::set<std::string>(footnotes.begin(), footnotes.end()).size() == footnotes.size());
  CHECK(make_overview({}, {}).footnotes.empty());
}

TEST_CASE("among the rows of a fault are the workload's own, of the trials that it struck",
          "[isolation]") {
  const Plan plan =
      example::with_fault(small_plan("server", 2, {"thread", "process"}), RestartPolicy::never);
  ExperimentResult result = example::make_result(plan, 3, {1000, 1000});
  for (TrialRecord& trial : result.trials) {
    trial.verify.measures = {{"failed_requests", trial.id.with_faults ? 8 : 0}};
  }
  const Report report = make_report(result, summarize(result));
  const auto values_in = [&report](std::string_view section) {
    std::vector<std::optional<double>> values;
    for (const ReportTable& table : report.tables) {
      if (table.section != section) continue;
      for (const RowGroup& group : table.groups) {
        for (const ReportRow& row : group) {
          if (row.measure != "failed_requests") continue;
          for (const ReportCell& cell : row.cells) values.push_back(cell.value);
        }
      }
    }
    return values;
  };
  CHECK(values_in("fault") == std::vector<std::optional<double>>{8, 8});
  CHECK(values_in("cost") == std::vector<std::optional<double>>{0, 0});
}

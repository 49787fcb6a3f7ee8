// What the charts of the page are made from.

#include <cmath>

#include "runner/reports/page/cost_charts.hpp"
#include "runner/reports/page/scaling.hpp"
#include "runner/reports/page/timeline.hpp"
#include "runner/reports/scaling.hpp"
#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;
using example::make_plan;
using example::make_result;

namespace {

using Texts = std::vector<std::string>;

std::vector<Chart> charts_of(const ExperimentResult& result) {
  const Summary summary = summarize(result);
  const Report report = make_report(result, summary);
  return cost_charts({result, summary, report}, report.tables.front());
}

const Chart& chart_named(const std::vector<Chart>& charts, const std::string& title) {
  const auto found = std::find_if(charts.begin(), charts.end(),
                                  [&title](const Chart& chart) { return chart.title == title; });
  REQUIRE(found != charts.end());
  return *found;
}

ExperimentResult cost_result() {
  return make_result(make_plan({"thread", "process"}, 4), 7, {2'400'000, 2'520'000});
}

/// Work goes on evenly but between 50 and 60 ms.
ExperimentResult crash_result() {
  const Plan plan =
      example::with_fault(make_plan({"thread", "process"}, 4), RestartPolicy::one_for_one);
  ExperimentResult result = make_result(plan, 3, {2'400'000, 2'400'000});
  for (TrialRecord& trial : result.trials) {
    if (!trial.id.with_faults || trial.id.mode != 1) continue;
    for (std::int64_t ms = 10; ms <= 200; ms += 10) {
      const std::int64_t worked_ms = ms <= 50 ? ms : ms - 10;
      trial.progress.emplace_back(ms * 1'000'000, static_cast<std::uint64_t>(worked_ms) * 1'000);
    }
  }
  return result;
}

/// Owns what a batch points to.
struct Batch {
  void add(const std::string& name, const Plan& plan, std::uint64_t operations = 100'000) {
    results.push_back(
        make_result(plan, 7, std::vector<std::uint64_t>(plan.modes.size(), operations)));
    names.push_back(name);
  }

  template <class Use>
  [[nodiscard]] auto present(Use use) const {
    const Report overview;
    std::vector<Summary> summaries;
    for (const ExperimentResult& result : results) summaries.push_back(summarize(result));
    BatchPresentation batch{overview, {}};
    for (std::size_t index = 0; index < results.size(); ++index) {
      batch.experiments.push_back({names[index], {results[index], summaries[index], overview}});
    }
    return use(batch);
  }

  [[nodiscard]] std::vector<Chart> charts() const { return present(scaling_charts); }
  [[nodiscard]] Texts sentences() const {
    return present([](const BatchPresentation& batch) {
      return scaling_sentences(find_scaling(batch.experiments));
    });
  }

  std::vector<ExperimentResult> results;
  Texts names;
};

}  // namespace

TEST_CASE("the chart of throughput has the values and the intervals of the table",
          "[reports][charts]") {
  const ExperimentResult result = cost_result();
  const Summary summary = summarize(result);
  const std::vector<Chart> charts = charts_of(result);
  const Chart& chart = chart_named(charts, "Throughput");
  CHECK(chart.categories == Texts{"thread", "process"});
  CHECK(chart.x.label == "throughput, M op/s");
  CHECK(chart.x.size == 1e6);
  const ChartPoint& point = chart.series.at(0).points.at(1);
  CHECK(point.y == summary.modes[1].cost.throughput->median_per_s);
  CHECK(point.low == summary.modes[1].cost.throughput->interval->low);
  CHECK(point.high == summary.modes[1].cost.throughput->interval->high);
  CHECK(chart.table.columns == Texts{"mode", "throughput, M op/s", "95 % interval"});
  CHECK(chart.table.rows.at(0).at(1) == "12.0");
}

TEST_CASE("the chart of ratios has the first mode at 1 and the margin around it",
          "[reports][charts]") {
  const std::vector<Chart> charts = charts_of(cost_result());
  const Chart& chart = chart_named(charts, "Throughput compared");
  CHECK(chart.series.at(0).points.at(0).y == 1);
  CHECK(chart.series[0].points.at(1).y == Approx(1.05).epsilon(0.01));
  REQUIRE(chart.same);
  CHECK(chart.same->second == 1.02);
}

TEST_CASE("a curve of latency rises to the largest sample, where one in all is left",
          "[reports][charts]") {
  const ExperimentResult result = cost_result();
  const Summary summary = summarize(result);
  const std::vector<Chart> charts = charts_of(result);
  const Chart& chart = chart_named(charts, "Latency of an operation");
  REQUIRE(chart.series.size() == 2);
  const std::vector<ChartPoint>& points = chart.series[0].points;
  const Latency& latency = *summary.modes[0].cost.latency;
  CHECK(points.front().x == 1);
  CHECK(points.back().x == static_cast<double>(latency.samples));
  CHECK(points.back().y == static_cast<double>(latency.max_ns));
  CHECK(std::is_sorted(points.begin(), points.end(), [](const auto& left, const auto& right) {
    return left.x < right.x || left.y < right.y;
  }));
  CHECK(points.size() < 120);
  CHECK(chart.table.rows.at(0) ==
        Texts{"thread", "119 ns", "119 ns", "2.02 us", "4.06 ms", "n/a", "4.06 ms", "7,000"});
}

TEST_CASE("modes that did nothing make no chart", "[reports][charts]") {
  CHECK(charts_of(make_result(make_plan({"thread", "process"}, 4), 7, {0, 0})).size() == 1);
  CHECK(charts_of(make_result(make_plan({"thread"}, 4), 0, {0})).empty());
}

TEST_CASE("a timeline has the rate of each slice and marks what happened", "[reports][charts]") {
  const std::optional<Chart> chart = timeline_chart(crash_result());
  REQUIRE(chart);
  REQUIRE(chart->series.size() == 1);  // No trial of the other mode tells its course.
  const ChartSeries& process = chart->series[0];
  CHECK(process.name == "process");
  REQUIRE(process.points.size() == 20);
  CHECK(process.points[4].y == Approx(1e6));
  CHECK(process.points[5].y == 0);
  CHECK(process.points[6].y == Approx(1e6));
  REQUIRE(process.marks.size() == 3);
  CHECK(process.marks[0].what == "fault");
  CHECK(process.marks[0].x == 50'000'000);
  CHECK(process.marks[1].what == "death");
  CHECK(process.marks[2].what == "working again");
  CHECK(chart->x.label == "time in the window, ms");
  CHECK(chart->table.rows.size() == 23);
  CHECK(chart->table.rows[4] == Texts{"process", "50.0", "fault"});
}

TEST_CASE("samples closer than a hundredth of the window are put together", "[reports][charts]") {
  ExperimentResult result = crash_result();
  for (TrialRecord& trial : result.trials) {
    if (trial.progress.empty()) continue;
    trial.progress.clear();
    for (std::int64_t us = 100; us <= 200'000; us += 100) {
      trial.progress.emplace_back(us * 1'000, static_cast<std::uint64_t>(us));
    }
  }
  const std::optional<Chart> chart = timeline_chart(result);
  REQUIRE(chart);
  CHECK(chart->series[0].points.size() == 100);
  for (const ChartPoint& point : chart->series[0].points) CHECK(point.y == Approx(1e6));
}

TEST_CASE("without a record of progress there is no timeline", "[reports][charts]") {
  CHECK_FALSE(timeline_chart(cost_result()));
}

TEST_CASE("experiments that differ in their workers alone make a chart of scaling",
          "[reports][charts]") {
  Batch batch;
  batch.add("sweep/bank workers=16", make_plan({"thread", "process"}, 16));
  batch.add("sweep/bank workers=1", make_plan({"thread", "process"}, 1));
  batch.add("sweep/bank workers=4", make_plan({"thread", "process", "2x2"}, 4));
  const std::vector<Chart> charts = batch.charts();
  REQUIRE(charts.size() == 1);
  CHECK(charts[0].title == "Throughput by workers: sweep/bank");
  REQUIRE(charts[0].series.size() == 3);
  const ChartSeries& thread = charts[0].series[0];
  CHECK(thread.name == "thread");
  REQUIRE(thread.points.size() == 3);
  CHECK(thread.points[0].x == 1);
  CHECK(thread.points[2].x == 16);
  CHECK(thread.points[2].low.has_value());
  CHECK(charts[0].table.rows.size() == 7);
}

TEST_CASE("experiments that differ in more than their workers are not put into one chart",
          "[reports][charts]") {
  Batch batch;
  Plan other_lock = make_plan({"thread"}, 8);
  other_lock.lock = "mutex";
  batch.add("a workers=2", make_plan({"thread"}, 2));
  batch.add("a workers=8", other_lock);
  CHECK(batch.charts().empty());
}

TEST_CASE("what was measured twice with as many workers is two curves", "[reports][charts]") {
  Batch batch;
  for (const char* file : {"monday", "tuesday"}) {
    for (const std::uint32_t workers : {2u, 4u}) {
      batch.add(fmt::format("{}/bank workers={}", file, workers), make_plan({"thread"}, workers));
    }
  }
  const std::vector<Chart> charts = batch.charts();
  REQUIRE(charts.size() == 2);
  CHECK(charts[0].title == "Throughput by workers: monday/bank");
  CHECK(charts[1].series.at(0).points.size() == 2);
}

TEST_CASE("what more workers gain is said with their efficiency and the law",
          "[reports][charts][scaling]") {
  Batch batch;
  batch.add("bank workers=1", make_plan({"thread"}, 1), 100'000);
  batch.add("bank workers=2", make_plan({"thread"}, 2), 200'000);
  batch.add("bank workers=4", make_plan({"thread"}, 4), 400'000);
  const Texts sentences = batch.sentences();
  REQUIRE(sentences.size() == 1);
  CHECK_THAT(sentences[0], Contains("Scaling, bank in thread: 1, 2 and 4 workers do 1.00, 2.00 and "
                                    "4.00 times as much (efficiency 100, 100 and 100 %)"));
  CHECK_THAT(sentences[0], Contains("contention 0"));
}

TEST_CASE("work that gets slower with more workers is said to have a best number",
          "[reports][charts][scaling]") {
  Batch batch;
  batch.add("bank workers=1", make_plan({"thread"}, 1), 100'000);
  batch.add("bank workers=2", make_plan({"thread"}, 2), 120'000);
  batch.add("bank workers=8", make_plan({"thread"}, 8), 60'000);
  const Texts sentences = batch.sentences();
  REQUIRE(sentences.size() == 1);
  CHECK_THAT(sentences[0], Contains("by the law most at"));
}

TEST_CASE("two numbers of workers get their gain and no law", "[reports][charts][scaling]") {
  Batch batch;
  batch.add("bank workers=1", make_plan({"thread"}, 1), 100'000);
  batch.add("bank workers=2", make_plan({"thread"}, 2), 150'000);
  CHECK_THAT(batch.sentences().at(0), Contains("efficiency 100 and 75 %"));
  CHECK_THAT(batch.sentences().at(0), Contains("too few numbers of workers"));
}

#include "runner/reports/rows.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

CellNumber number(std::optional<double> value) {
  CellNumber cell;
  cell.value = value;
  return cell;
}

}  // namespace

TEST_CASE("a row names the unit that suits its largest number", "[rows]") {
  const RowHead head{"start_ns", "start", Quantity::duration_ns};
  const ReportRow row = number_row(head, {number(2e6), number(500), number(std::nullopt)});
  CHECK(row.label == "start, ms");
  CHECK(row.unit == "ns");
  CHECK(row.cells[0].text == "2.00");
  CHECK(row.cells[1].text == "0.000500");
  CHECK(row.cells[1].value == 500.0);
  CHECK(row.cells[2].text == "n/a");
  CHECK_FALSE(row.cells[2].value);
}

TEST_CASE("a rate names what it counts", "[rows]") {
  const auto label = [](double value, std::string_view thing) {
    return number_row({"x", "throughput", Quantity::rate, thing}, {number(value)}).label;
  };
  CHECK(label(12e6, "op") == "throughput, M op/s");
  CHECK(label(12, "op") == "throughput, op/s");
  CHECK(label(12e6, {}) == "throughput, M/s");
}

TEST_CASE("an interval stands in the unit of its number", "[rows]") {
  CellNumber cell = number(1.5e6);
  cell.low = 0.9e6;
  cell.high = 2e9;
  const ReportRow row = interval_row("  interval", {"x", "rate", Quantity::rate}, {cell, {}});
  CHECK(row.measure.empty());
  CHECK(row.cells[0].text == "0.900-2,000");
  CHECK(row.cells[1].text == "n/a");
}

TEST_CASE("a range of counts is written as one number where it is one", "[rows]") {
  CHECK(range_cell(CountRange{1, 1, 1}, std::nullopt).text == "1");
  CHECK(range_cell(CountRange{1, 0, 3}, std::nullopt).text == "0-3");
  CHECK(range_cell(CountRange{1, 1, 1}, 4).text == "1 of 4");
  CHECK(range_cell(CountRange{2, 1, 4}, 4).text == "1-4 of 4");
  CHECK(range_cell(std::nullopt, 4).text == "n/a");
}

TEST_CASE("states are told from the worst to the best", "[rows]") {
  CHECK(state_cell({7, 0, 0, 0, ""}).text == "sound 7 of 7");
  CHECK(state_cell({1, 2, 3, 4, ""}).text == "unreachable 4, torn 3, lossy 2, sound 1 of 10");
  CHECK(state_cell({}).text == "n/a");
}

TEST_CASE("an unsound state comes with what was found, a sound one without", "[rows]") {
  CHECK(state_cell({1, 0, 1, 0, "half done"}).note == "torn 1, sound 1 of 2: half done");
  CHECK(state_cell({2, 0, 0, 0, "all there"}).note == "sound 2 of 2");
}

TEST_CASE("trials that did not complete are named beside those that did", "[rows]") {
  CHECK(trials_cell({7, 0, 0}).text == "7 of 7");
  CHECK(trials_cell({4, 1, 2}).text == "4 of 7 (2 failed, 1 interrupted)");
}

TEST_CASE("a row in which no mode has anything to say is left out", "[rows]") {
  RowGroup group;
  add_row(group, number_row({"x", "x", Quantity::count}, {number(std::nullopt), {}}));
  CHECK(group.empty());
  add_row(group, number_row({"x", "x", Quantity::count}, {number(std::nullopt), number(0)}));
  CHECK(group.size() == 1);
}

// What the formats for machines promise, beyond the golden files.

#include <nlohmann/json.hpp>
#include <sstream>

#include "runner/reports/render.hpp"
#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"

using namespace bulkhead;
using example::all_examples;
using example::Example;
using nlohmann::json;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Pipes that end a cell: those without a backslash.
std::size_t count_cells(const std::string& line) {
  std::size_t pipes = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++at;
    } else if (line[at] == '|') {
      ++pipes;
    }
  }
  return pipes == 0 ? 0 : pipes - 1;
}

}  // namespace

TEST_CASE("the JSON of every kind of result can be parsed and holds all its trials", "[reports]") {
  for (const Example& one : all_examples()) {
    CAPTURE(one.name);
    const json document = json::parse(render(one.result, "json", {}));
    CHECK(document.at("schema") == 1);
    REQUIRE(document.at("trials").size() == one.result.trials.size());
    for (std::size_t index = 0; index < one.result.trials.size(); ++index) {
      CHECK(document["trials"][index] == json::parse(to_json(one.result.trials[index])));
    }
    CHECK(document.at("summary").at("modes").size() == one.result.plan.modes.size());
  }
}

TEST_CASE("the JSON of a plan says all that is needed to run it again", "[reports]") {
  const json plan = json::parse(render(all_examples()[1].result, "json", {})).at("plan");
  CHECK(plan.at("workload") == "bank");
  CHECK(plan.at("parameters").at("accounts") == 64);
  CHECK(plan.at("parameters").at("block_bytes") == 65536);
  CHECK(plan.at("modes").at(2).at("name") == "2x2");
  CHECK(plan.at("duration_ns") == 200'000'000);
  CHECK_FALSE(plan.contains("operations"));
  CHECK(plan.at("seed") == 42);
  CHECK(plan.at("faults").at(0).at("text") == "segv-null@1:ms=50");
  CHECK(plan.at("faults").at(0).at("after_ns") == 50'000'000);
  CHECK(plan.at("restart") == "one-for-one");
}

TEST_CASE("a fixed amount of work stands in the JSON instead of a duration", "[reports]") {
  ExperimentResult result = all_examples()[0].result;
  result.plan.extent.operations = 1'000;
  const json plan = json::parse(render(result, "json", {})).at("plan");
  CHECK(plan.at("operations") == 1'000);
  CHECK_FALSE(plan.contains("duration_ns"));
}

TEST_CASE("the JSON leaves out what is not known and has no null", "[reports]") {
  ExperimentResult result = all_examples()[0].result;
  result.host = HostFacts();
  const json document = json::parse(render(result, "json", {}));
  CHECK_FALSE(document.at("host").contains("cpu_model"));
  CHECK_FALSE(document.at("host").contains("memory_bytes"));
  CHECK(document.at("host").dump().find("null") == std::string::npos);
  CHECK(document.at("summary").dump().find("null") == std::string::npos);
}

TEST_CASE("every line of CSV has eight fields", "[reports]") {
  for (const Example& one : all_examples()) {
    for (const std::string& line : lines_of(render(one.result, "csv", {}))) {
      CAPTURE(one.name, line);
      std::size_t commas = 0;
      bool quoted = false;
      for (const char letter : line) {
        quoted = quoted != (letter == '"');
        commas += letter == ',' && !quoted ? 1 : 0;
      }
      CHECK(commas == 7);
    }
  }
}

TEST_CASE("CSV has a line for each measure of each mode", "[reports]") {
  const std::vector<std::string> lines = lines_of(render(all_examples()[0].result, "csv", {}));
  const auto has = [&lines](const std::string& start) {
    return std::count_if(lines.begin(), lines.end(), [&start](const std::string& line) {
             return line.starts_with(start);
           }) == 1;
  };
  CHECK(lines.front() == "section,measure,unit,mode,value,low,high,note");
  CHECK(has("cost,throughput_per_s,1/s,thread,12000000,"));
  CHECK(has("cost,throughput_verdict,,process,,,,faster"));
  CHECK(has("cost,latency_ns_p99,ns,2x2,2015,,,"));
}

TEST_CASE("every row of a Markdown table has as many cells as its head", "[reports]") {
  for (const Example& one : all_examples()) {
    const std::size_t columns = one.result.plan.modes.size() + 1;
    for (const std::string& line : lines_of(render(one.result, "markdown", {}))) {
      if (!line.starts_with("| ")) continue;
      CAPTURE(one.name, line);
      CHECK(count_cells(line) == columns);
    }
  }
}

TEST_CASE("what a worker wrote cannot become Markdown", "[reports]") {
  ExperimentResult result = all_examples()[0].result;
  result.trials[0].error_output = "|a|`b`*c*<d>[e](f)#_g_&amp;\\";
  CHECK_THAT(
      render(result, "markdown", {}),
      Catch::Matchers::Contains("\\|a\\|\\`b\\`\\*c\\*\\<d\\>\\[e\\](f)\\#\\_g\\_\\&amp;\\\\"));
}

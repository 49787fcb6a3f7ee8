// The timeline: what the format promises to a viewer.

#include <map>
#include <nlohmann/json.hpp>

#include "runner/reports/render.hpp"
#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"

using namespace bulkhead;
using example::all_examples;
using example::Example;
using nlohmann::json;

namespace {

json events_of(const ExperimentResult& result) {
  return json::parse(render(result, "trace", {})).at("traceEvents");
}

const ExperimentResult& crash() {
  static const std::vector<Example> examples = all_examples();
  return std::find_if(examples.begin(), examples.end(),
                      [](const Example& one) { return one.name == "crash"; })
      ->result;
}

}  // namespace

TEST_CASE("every kind of result makes a trace whose events have what a viewer needs",
          "[reports][trace]") {
  for (const Example& one : all_examples()) {
    CAPTURE(one.name);
    const json events = events_of(one.result);
    REQUIRE_FALSE(events.empty());
    for (const json& event : events) {
      REQUIRE(event.at("name").is_string());
      REQUIRE(event.at("pid").is_number());
      const std::string phase = event.at("ph");
      if (phase != "M") REQUIRE(event.at("ts").get<double>() >= 0);
      if (phase == "X") REQUIRE(event.at("dur").get<double>() > 0);
    }
  }
}

TEST_CASE("spans of one worker follow each other and never overlap", "[reports][trace]") {
  std::map<std::pair<int, int>, double> ends;
  const json events = events_of(crash());
  for (const json& event : events) {
    if (event.at("ph") != "X") continue;
    double& end = ends[{event.at("pid"), event.at("tid")}];
    CHECK(event.at("ts").get<double>() >= end - 1e-6);
    end = event.at("ts").get<double>() + event.at("dur").get<double>();
  }
  CHECK(ends.size() > 4);
}

TEST_CASE("where the workload saw when its workers ran, the trace shows that", "[reports][trace]") {
  ExperimentResult result = all_examples().front().result;
  for (TrialRecord& trial : result.trials) {
    trial.deaths.clear();
    trial.verify.spans = {{0, trial.gate_ns + 1000, trial.gate_ns + 3000},
                          {0, trial.gate_ns + 7000, trial.gate_ns + 9000}};
  }
  std::vector<double> begins;
  for (const json& event : events_of(result)) {
    CHECK(event.at("name") != "works");
    if (event.at("name") == "runs" && event.at("pid") == 1) begins.push_back(event.at("ts"));
  }
  CHECK(begins == std::vector<double>{1, 7});
}

TEST_CASE("a trace of a crash shows the strike, the notice and the return", "[reports][trace]") {
  const std::string text = events_of(crash()).dump();
  for (const char* name : {"works", "down", "noticed: SIGSEGV", "works again"}) {
    CHECK_THAT(text, Catch::Contains(name));
  }
}

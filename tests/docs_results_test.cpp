// docs/results.md names every key that a batch writes.

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "ipc/histogram.hpp"
#include "runner/faults/fault.hpp"
#include "runner/json/json_archive.hpp"
#include "runner/results/stored_batch.hpp"
#include "tests/catch.hpp"
#include "tests/run_program.hpp"
#include "tests/source_tree.hpp"
#include "tests/temporary_folder.hpp"
#include "workloads/workload.hpp"

using namespace bulkhead;

namespace {

std::string documentation() {
  std::ifstream stream(in_source_tree("docs/results.md"));
  return {std::istreambuf_iterator<char>(stream), {}};
}

void add_keys(const Json& json, std::set<std::string>& keys) {
  if (!json.is_structured()) return;
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) keys.insert(key);
    // A workload's own measures are explained by its help.
    if (key != "measures") add_keys(value, keys);
  }
}

/// What is said of a key stands in backquotes.
std::set<std::string> unmentioned(const Json& json, const std::string& text) {
  std::set<std::string> keys;
  add_keys(json, keys);
  std::erase_if(keys, [&](const std::string& key) {
    return text.find("`" + key + "`") != std::string::npos;
  });
  return keys;
}

/// Two short experiments with faults, a crash and a restart, that between them have every kind of
/// trigger with keys of its own.
constexpr std::string_view config = R"([defaults]
workload = bank
workers = 2
mode = thread,process
duration = 40ms
warmup = 5ms
restart = one-for-one

[crash]
fault = segv-null@1:in-lock=5
fault = slow@0:op=1000
trials = 1

[others]
fault = exit-3@1:p=0.0001
precision = 50%
max-trials = 1

[pictures]
workload = time-slice
trials = 1

[fixed-work]
operations = 20000
fault = kill-9@1:op=1000
trials = 1
)";

/// The kind of a line, and its lines.
std::multimap<std::string, Json> lines_of_real_batch(const TemporaryFolder& folder) {
  const std::string file = folder.file("small.ini", std::string(config));
  const std::string directory = folder / "results";
  const ProgramRun end = run_bulkhead({"batch", file, "--output", directory, "--quiet"});
  CAPTURE(end.err);
  REQUIRE(end.exit_code <= 1);  // The precision need not be reached.
  std::ifstream stream(directory + "/" + std::string(results_file));
  std::multimap<std::string, Json> lines;
  for (std::string line; std::getline(stream, line);) {
    const Json json = Json::parse(line);
    lines.emplace(json.at("record").get<std::string>(), json);
  }
  return lines;
}

}  // namespace

TEST_CASE("docs/results.md says what every key of a stored batch is", "[docs][results]") {
  const std::string text = documentation();
  REQUIRE(text.find("schema " + std::to_string(results_schema)) != std::string::npos);
  const TemporaryFolder folder;
  const auto lines = lines_of_real_batch(folder);
  for (const char* kind : {"batch", "experiment", "trial"}) {
    CAPTURE(kind);
    REQUIRE(lines.count(kind) >= 1);
    REQUIRE(text.find("\n### " + std::string(kind) + ":") != std::string::npos);
  }
  bool any_death = false;
  for (const auto& [kind, line] : lines) {
    const std::set<std::string> missing = unmentioned(line, text);
    CAPTURE(kind);
    CHECK(missing == std::set<std::string>());
    any_death = any_death || (kind == "trial" && !line.at("trial").at("deaths").empty());
  }
  CHECK(any_death);  // Otherwise the keys of a death were not looked for.
}

TEST_CASE("docs/results.md names the parameters of all workloads and faults", "[docs][results]") {
  const std::string text = documentation();
  const auto check = [&](const std::vector<Parameter>& parameters) {
    for (const Parameter& parameter : parameters) {
      const std::string key = json_key(parameter);
      CAPTURE(key);
      CHECK(text.find("`" + key + "`") != std::string::npos);
    }
  };
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) check(workload.parameters);
  for (const FaultEntry& fault : FaultRegistry::all()) check(fault.parameters);
}

TEST_CASE("docs/results.md's rule for latency buckets is the histogram's", "[docs][results]") {
  // As the text has it.
  const auto upper_ns = [](std::uint64_t bucket) {
    return ((bucket % 32 + 33) << (bucket / 32 - 1)) - 1;
  };
  for (std::size_t bucket = 32; bucket < LatencyHistogram::bucket_count; ++bucket) {
    REQUIRE(upper_ns(bucket) == LatencyHistogram::upper_ns(bucket));
  }
}

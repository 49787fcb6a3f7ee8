// Results as they lie on the disk, whole and damaged.

#include "runner/results/stored_batch.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "runner/json/json_changes.hpp"
#include "runner/json/plan_json.hpp"
#include "runner/results/machine_changes.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/source_tree.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;

namespace {

Plan plan_with_everything() {
  Plan plan = small_plan("bank", 4, {"thread", "process", "2x2"});
  arm(plan, "torn-update", 1, {.kind = TriggerKind::in_section, .after_ns = 7, .step = 2});
  arm(plan, "exit-3", 2, {.kind = TriggerKind::probability, .probability = 0.25});
  arm(plan, "abort", 0, {.kind = TriggerKind::operation, .operation = 12});
  plan.seed = ~std::uint64_t{0};
  plan.rounds.precision = 0.01;
  plan.restart = RestartPolicy::rest_for_one;
  plan.shared = SharedPolicy::reset;
  plan.spares = 3;
  return plan;
}

TrialRecord trial_of(std::uint32_t round, std::uint32_t mode) {
  TrialRecord trial;
  trial.id.round = round;
  trial.id.mode = mode;
  return trial;
}

std::string lines(const Plan& plan, std::initializer_list<TrialRecord> trials) {
  std::string text = session_line({"2026-11-24T12:00:00Z", {}, {"batch", "x.ini"}});
  text += experiment_line("x/a", plan);
  for (const TrialRecord& trial : trials) text += trial_line("x/a", 5, trial);
  return text;
}

StoredBatch parse(const std::string& text) {
  std::istringstream stream(text);
  return parse_results(stream);
}

const Plan& tiny() {
  static const Plan plan = small_plan("bank", 2, {"thread", "process"});
  return plan;
}

}  // namespace

TEST_CASE("a plan comes back from its JSON as it was", "[results]") {
  const Plan plan = plan_with_everything();
  const Plan back = plan_from_json(to_json(plan));
  CHECK(to_json(back) == to_json(plan));
  CHECK(back.workload == plan.workload);
  CHECK(back.faults[1].entry == plan.faults[1].entry);
  CHECK(back.faults[1].trigger.probability == 0.25);
  CHECK(back.faults[0].trigger.step == 2);
  CHECK(back.seed == plan.seed);
}

TEST_CASE("a plan of a fault or a workload that this program lacks is refused by name",
          "[results]") {
  auto json = to_json(plan_with_everything());
  json["faults"][0]["name"] = "gremlin";
  CHECK_THROWS_WITH(plan_from_json(json), Catch::Contains("'gremlin'"));
  json = to_json(plan_with_everything());
  json["workload"] = "mill";
  CHECK_THROWS_WITH(plan_from_json(json), Catch::Contains("'mill'"));
}

TEST_CASE("a plan whose modes do not make its workers is refused", "[results]") {
  auto json = to_json(tiny());
  json["modes"][0]["workers_each"] = 3;
  CHECK_THROWS(plan_from_json(json));
  json["modes"] = nlohmann::ordered_json::array();
  CHECK_THROWS(plan_from_json(json));
}

TEST_CASE("stored lines come back as experiments with their trials", "[results]") {
  const StoredBatch batch = parse(lines(tiny(), {trial_of(0, 0), trial_of(0, 1), trial_of(1, 1)}));
  CHECK(batch.damage.empty());
  CHECK(batch.torn_bytes == 0);
  REQUIRE(batch.sessions.size() == 1);
  CHECK(batch.sessions[0].command == std::vector<std::string>{"batch", "x.ini"});
  REQUIRE(batch.experiments.size() == 1);
  CHECK(batch.trial_count() == 3);
  CHECK(batch.experiments[0].took_ns == 15);
  CHECK(batch.experiments[0].course.result().rounds == 1);
}

TEST_CASE("a torn last line is dropped, wherever it was torn", "[results]") {
  const std::string whole = lines(tiny(), {trial_of(0, 0)});
  const std::string last = trial_line("x/a", 5, trial_of(0, 1));
  for (std::size_t length = 1; length < last.size(); ++length) {
    const StoredBatch batch = parse(whole + last.substr(0, length));
    REQUIRE(batch.damage.empty());
    REQUIRE(batch.trial_count() == 1);
    REQUIRE(batch.whole_bytes == whole.size());
    REQUIRE(batch.torn_bytes == length);
  }
}

TEST_CASE("a damaged line in the middle is named by its number, and the rest is used",
          "[results]") {
  std::string text = lines(tiny(), {trial_of(0, 0)});
  text += "{\"record\":\"tri\n";
  text += trial_line("x/a", 5, trial_of(0, 1));
  const StoredBatch batch = parse(text);
  REQUIRE(batch.damage.size() == 1);
  CHECK_THAT(batch.damage[0], Catch::Contains("line 4"));
  CHECK(batch.trial_count() == 2);
}

TEST_CASE("a damaged session costs the facts of its machine and no trial", "[results]") {
  std::string text = lines(tiny(), {trial_of(0, 0)});
  text.replace(text.find("\"host\""), 6, "\"hots\"");
  const StoredBatch batch = parse(text);
  CHECK(batch.damage.size() == 1);
  CHECK(batch.trial_count() == 1);
}

TEST_CASE("a trial that cannot be of its plan, or is there twice, is damage", "[results]") {
  TrialRecord of_no_mode = trial_of(0, 7);
  TrialRecord with_faults = trial_of(0, 0);
  with_faults.id.with_faults = true;
  TrialRecord of_no_compartment = trial_of(0, 0);
  of_no_compartment.workers.resize(1);
  of_no_compartment.workers[0].compartment = 9;
  TrialRecord of_no_bucket = trial_of(0, 0);
  of_no_bucket.windows.resize(1);
  of_no_bucket.windows[0].latency = {{4'000'000, 1}};
  for (const TrialRecord& bad : {of_no_mode, with_faults, of_no_compartment, of_no_bucket}) {
    const StoredBatch batch = parse(lines(tiny(), {bad, trial_of(0, 1)}));
    CHECK(batch.damage.size() == 1);
    CHECK(batch.trial_count() == 1);
  }
  CHECK(parse(lines(tiny(), {trial_of(0, 1), trial_of(0, 1)})).damage.size() == 1);
}

TEST_CASE("results of a newer schema are refused with both numbers", "[results]") {
  std::string text = lines(tiny(), {});
  text.replace(text.find("\"schema\":1"), 10, "\"schema\":2");
  CHECK_THROWS_WITH(parse(text), Catch::Contains("schema 2") && Catch::Contains("up to 1"));
}

TEST_CASE("any bytes are results or damage, and never more than that", "[results]") {
  const std::string good = lines(tiny(), {trial_of(0, 0)});
  for (std::size_t at = 0; at < good.size(); at += 3) {
    for (const char letter : {'\0', '"', '}', '9', '\n', '\x80'}) {
      std::string bad = good;
      bad[at] = letter;
      try {
        const StoredBatch batch = parse(bad);
        REQUIRE(batch.trial_count() <= 1);
      } catch (const ResultsUnreadable&) {
      }
    }
  }
}

TEST_CASE("what the first version wrote can be read for ever", "[results]") {
  // A key that is added later must be one that may be missing, or the schema's number has to rise.
  const TemporaryFolder folder;
  std::filesystem::copy_file(in_source_tree("tests/data/results_of_0.1.0.jsonl"),
                             folder / std::string(results_file));
  const StoredBatch batch = read_results(folder / "");
  CHECK(batch.damage.empty());
  REQUIRE(batch.experiments.size() == 2);
  CHECK(batch.experiments[0].course.result().trials.size() == 8);
  CHECK(batch.experiments[1].course.result().trials.size() == 4);
}

TEST_CASE("an empty directory and an empty file are told apart", "[results]") {
  CHECK_THROWS_AS(read_results("/nowhere"), ResultsUnreadable);
  CHECK(parse("").experiments.empty());
}

TEST_CASE("of a machine, everything but its load counts as a change", "[results]") {
  HostFacts before;
  before.kernel = "6.1";
  before.load_average_1min = 0.5;
  HostFacts now = before;
  now.load_average_1min = 7;
  CHECK(machine_changes(before, now).empty());
  now.kernel = "6.2";
  now.cpus_usable = 2;
  CHECK(machine_changes(before, now) ==
        std::vector<std::string>{"cpus_usable was not said and is 2",
                                 "kernel was \"6.1\" and is \"6.2\""});
}

TEST_CASE("an experiment goes on where its trials end, whatever is missing", "[results]") {
  Plan plan = tiny();
  plan.rounds.at_least = plan.rounds.at_most = 3;
  ExperimentCourse course(plan);
  REQUIRE(course.add(trial_of(0, 1)));
  CHECK_FALSE(course.add(trial_of(0, 1)));
  REQUIRE(course.add(trial_of(1, 0)));
  REQUIRE(course.add(trial_of(1, 1)));
  std::size_t run = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ran;
  while (const auto next = course.next()) {
    ran.emplace_back(next->round, next->mode);
    REQUIRE(course.add(trial_of(next->round, next->mode)));
    REQUIRE(++run < 10);
  }
  REQUIRE(ran.size() == 3);
  CHECK(ran[0] == std::pair<std::uint32_t, std::uint32_t>(0, 0));
  CHECK(ran[1].first == 2);
  CHECK(course.result().rounds == 3);
}

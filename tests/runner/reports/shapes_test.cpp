#include "runner/reports/shapes.hpp"

#include "runner/options/shapes_request.hpp"
#include "runner/reports/shape_table.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;

namespace {

constexpr auto better = Standing::better;
constexpr auto worse = Standing::worse;
constexpr auto unsure = Standing::no_sure_difference;

/// What one mode of a made-up experiment does in every round.
struct Behaviour {
  std::uint64_t operations;
  std::uint64_t pss_bytes;
  std::uint32_t lost;
  std::int64_t recovery_ns;
};

ExperimentResult experiment(const std::vector<Behaviour>& behaviours) {
  ExperimentResult result;
  result.plan = small_plan("bank", 4, {"thread", "2x2", "process"});
  arm(result.plan, "segv-null", 1, {TriggerKind::moment, 0, 10'000'000});
  for (std::uint32_t round = 0; round < 8; ++round) {
    for (std::uint32_t mode = 0; mode < behaviours.size(); ++mode) {
      // Rounds differ a little, as they do in life.
      const std::uint64_t wobble = 1000 + round;
      TrialRecord calm;
      calm.id = {round, mode, false, 1};
      WindowRecord window;
      window.end_ns = 1'000'000'000;
      window.operations = behaviours[mode].operations * wobble;
      calm.windows.push_back(window);
      calm.memory.pss_bytes = behaviours[mode].pss_bytes * wobble;
      TrialRecord struck = calm;
      struck.id.with_faults = true;
      struck.fault_struck = true;
      struck.struck_ns = 1'000'000;
      struck.workers.resize(4);
      for (std::uint32_t worker = 0; worker < behaviours[mode].lost; ++worker) {
        struck.workers[worker].deaths = 1;
      }
      DeathRecord death;
      death.struck_ns = 1'000'000;
      if (behaviours[mode].recovery_ns > 0) {
        death.recovered_ns = death.struck_ns + behaviours[mode].recovery_ns + round;
      }
      struck.deaths.push_back(death);
      result.trials.push_back(calm);
      result.trials.push_back(struck);
    }
  }
  result.rounds = 8;
  return result;
}

}  // namespace

TEST_CASE("one shape dominates another if it is surely better at something and worse at nothing",
          "[shapes]") {
  CHECK(dominates({better, unsure, unsure, unsure}));
  CHECK(dominates({better, better, better, better}));
  CHECK_FALSE(dominates({unsure, unsure, unsure, unsure}));
  CHECK_FALSE(dominates({better, better, better, worse}));
}

TEST_CASE("a shape that pays for its smaller blast radius in memory stays on the front",
          "[shapes]") {
  const ShapeFront front =
      find_front(experiment({{1000, 10, 4, 5000}, {1000, 20, 2, 5000}, {1000, 40, 1, 5000}}));
  CHECK(front.front() == std::vector<std::uint32_t>{0, 1, 2});
}

TEST_CASE("a shape that is slower, larger and no safer than another is dominated by it",
          "[shapes]") {
  const ShapeFront front =
      find_front(experiment({{1000, 10, 4, 5000}, {500, 50, 2, 9000}, {1000, 40, 1, 5000}}));
  CHECK(front.front() == std::vector<std::uint32_t>{0, 2});
  CHECK(front.dominated_by[1] == std::vector<std::uint32_t>{2});
}

TEST_CASE("a shape that never recovers is worse than one that does", "[shapes]") {
  const ShapeFront front =
      find_front(experiment({{1000, 10, 4, 0}, {1000, 10, 4, 5000}, {1000, 10, 4, 5000}}));
  CHECK(front.front() == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("the table names who dominates whom, and the sentence what is left", "[shapes]") {
  const ExperimentResult result =
      experiment({{1000, 10, 4, 5000}, {500, 50, 2, 9000}, {1000, 40, 1, 5000}});
  const ShapeFront front = find_front(result);
  REQUIRE(has_shapes(result.plan));
  const ReportTable table = shape_table(summarize(result), front);
  const ReportRow& dominated = table.groups.back().front();
  CHECK(dominated.cells[0].text == "nobody");
  CHECK(dominated.cells[1].text == "process");
  CHECK(shape_sentence(result.plan, front).find("Worth a thought: thread and process.") == 0);
}

TEST_CASE("the grid of shapes shares the workers out evenly in every possible way", "[shapes]") {
  CHECK(shape_grid(8) == "thread,2x4,4x2,process");
  CHECK(shape_grid(6) == "thread,2x3,3x2,process");
  CHECK(shape_grid(7) == "thread,process");
  CHECK(shape_grid(1) == "thread");
}

TEST_CASE("shapes of so many workers are asked for by --workers alone", "[shapes]") {
  const MachineDefaults machine{};
  const RunRequest request = read_shapes_request({"--workers", "6"}, machine);
  REQUIRE(request.mistakes.empty());
  CHECK(request.plan.modes.size() == 4);
  CHECK(request.plan.faults.size() == 1);
  CHECK(request.workload->name == "bank");
}

TEST_CASE("an option that would make shapes incomparable is refused", "[shapes]") {
  CHECK_FALSE(read_shapes_request({"--operations", "5"}, MachineDefaults{}).mistakes.empty());
  CHECK_FALSE(read_shapes_request({"--workers", "many"}, MachineDefaults{}).mistakes.empty());
}

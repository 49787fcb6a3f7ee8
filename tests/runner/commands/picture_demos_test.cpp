#include "runner/commands/picture_demos.hpp"

#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

using Measures = std::map<std::string, double>;

/// One completed trial a mode, in which the workload measured this.
ExperimentResult pictured(std::string_view workload, const std::vector<std::string>& modes,
                          const std::vector<Measures>& measures) {
  ExperimentResult result;
  result.plan = small_plan(workload, 4, modes);
  result.rounds = 1;
  for (std::uint32_t mode = 0; mode < measures.size(); ++mode) {
    TrialRecord trial;
    trial.id.mode = mode;
    trial.windows.emplace_back().end_ns = 1'000'000'000;
    trial.windows.back().operations = 1000;
    trial.verify.measures = measures[mode];
    result.trials.push_back(trial);
  }
  return result;
}

ExperimentResult segments_of(double in_process, double in_mix) {
  return pictured("segments", {"thread", "process", "2x2"},
                  {{{"data_seen_share", 1}, {"stack_seen_share", 1}, {"arena_seen_share", 1}},
                   {{"data_seen_share", in_process}, {"arena_seen_share", 1}},
                   {{"data_seen_share", in_mix}, {"arena_seen_share", 1}}});
}

ExperimentResult slices_of(double stretch_ns, double together) {
  const Measures measures{
      {"stretch_p50_ns", stretch_ns}, {"away_p50_ns", 2e6}, {"together_share", together}};
  return pictured("time-slice", {"thread", "process"}, {measures, measures});
}

ExperimentResult rung_of(double memory, double handlers) {
  return pictured("sharing", {"process"},
                  {{{"memory_seen_share", memory}, {"handlers_seen_share", handlers}}});
}

}  // namespace

TEST_CASE("a write to a global that stays in its process is told from one that arrives", "[demo]") {
  const DemoFinding walls = segments_finding({segments_of(0, 0.5)});
  CHECK(walls.answer == 1);
  CHECK_THAT(
      walls.sentences[0],
      Contains("Between processes a write arrived in shared memory; between threads in data, "
               "shared memory and the stack"));
  CHECK_THAT(walls.sentences[2], Contains("In 2x2 50 % of the workers"));
  const DemoFinding none = segments_finding({segments_of(1, 1)});
  CHECK(none.answer == 0);
  CHECK(none.sentences.size() == 2);
}

TEST_CASE("the length of a time slice is an answer by itself", "[demo]") {
  const auto at_once = slices_of(5e6, 0.9);
  CHECK(time_slice_finding({slices_of(50e3, 0), at_once}).answer == 0);
  CHECK(time_slice_finding({slices_of(20e6, 0), at_once}).answer == 2);
  const DemoFinding usual = time_slice_finding({slices_of(4e6, 0), at_once});
  CHECK(usual.answer == 1);
  CHECK_THAT(usual.sentences[0], Contains("ran 4.00 ms at a stretch"));
  CHECK_THAT(usual.sentences[2], Contains("90 % of the time: that is parallelism"));
  const DemoFinding crowded = time_slice_finding({slices_of(4e6, 0), slices_of(4e6, 0.1)});
  CHECK_THAT(crowded.sentences[2], Contains("so others were running, too"));
}

TEST_CASE("memory without signal actions is possible where it was seen", "[demo]") {
  const auto nothing = rung_of(0, 0), memory = rung_of(1, 0), both = rung_of(1, 1);
  const DemoFinding ladder = sharing_finding({nothing, nothing, nothing, memory, both, both});
  CHECK(ladder.answer == 0);
  CHECK_THAT(ladder.sentences[0], Contains("found 0, 0, 0, 1, 2 and 2 of the five"));
  CHECK(sharing_finding({nothing, nothing, nothing, both, both, both}).answer == 1);
}

TEST_CASE("a picture of which nothing was measured is no answer", "[demo]") {
  const auto empty = pictured("sharing", {"process"}, {{}});
  CHECK_FALSE(sharing_finding({empty, empty, empty, empty, empty, empty}).answer);
  const auto slices = pictured("time-slice", {"thread", "process"}, {{}, {}});
  CHECK_FALSE(time_slice_finding({slices, slices}).answer);
  CHECK_FALSE(
      segments_finding({pictured("segments", {"thread", "process", "2x2"}, {{}, {}, {}})}).answer);
}

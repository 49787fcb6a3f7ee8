// `report` and `compare` as a user runs them.

#include <filesystem>

#include "tests/catch.hpp"
#include "tests/runner/commands/batch_place.hpp"

using namespace bulkhead;
using Catch::Contains;

TEST_CASE("results can be reported in every format", "[batch][report][cli]") {
  const Place place;
  REQUIRE(place.batch().exit_code == 0);
  for (const char* format : {"table", "markdown", "csv", "json", "html"}) {
    const ProgramRun run = run_bulkhead({"report", place.results, "--format", format});
    CAPTURE(format, run.err);
    CHECK(run.exit_code == 0);
    CHECK_THAT(run.out, Contains("x/bank lock=robust"));
  }
  const ProgramRun one = run_bulkhead({"report", place.results, "--only", "x/spin"});
  CHECK(one.exit_code == 0);
  CHECK_THAT(one.out, Contains("x/spin") && !Contains("x/bank"));
  const ProgramRun both = run_bulkhead({"report", place.results, "--only", "x/bank"});
  CHECK_THAT(both.out, Contains("2 experiments"));
}

TEST_CASE("a whole name means itself alone, although another begins with it",
          "[batch][report][cli]") {
  const Place place("[a]\nworkload = spin\nworkers = 2\nsteps = 10, 100\n");
  REQUIRE(place.batch({"--trials", "1", "--duration", "2ms", "--warmup", "0"}).exit_code == 0);
  const ProgramRun run = run_bulkhead({"report", place.results, "--only", "x/a steps=10"});
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("1 experiment,") && !Contains("steps=100"));
}

TEST_CASE("results of a newer program are refused by batch and by report", "[batch][report][cli]") {
  const Place place;
  REQUIRE(place.batch({"--trials", "1"}).exit_code == 0);
  std::string text = place.folder.content_of("r/results.jsonl");
  text.replace(text.find("\"schema\":1"), 10, "\"schema\":9");
  static_cast<void>(place.folder.file("r/results.jsonl", text));
  for (const ProgramRun& run :
       {place.batch({"--trials", "1"}), run_bulkhead({"report", place.results})}) {
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.err, Contains("newer bulkhead: schema 9"));
  }
  CHECK(place.folder.content_of("r/results.jsonl") == text);
}

TEST_CASE("a report of what is not there says so and where to look", "[batch][report][cli]") {
  const Place place;
  REQUIRE(place.batch({"--trials", "1"}).exit_code == 0);
  const ProgramRun nothing = run_bulkhead({"report", place.folder / "none"});
  CHECK(nothing.exit_code == 2);
  CHECK_THAT(nothing.err, Contains("has no results"));
  const ProgramRun other = run_bulkhead({"report", place.results, "--only", "x/bnak"});
  CHECK(other.exit_code == 2);
  CHECK(run_bulkhead({"report"}).exit_code == 2);
  CHECK(run_bulkhead({"report", place.results, "--output", "/proc/x"}).exit_code != 0);
}

TEST_CASE("a comparison of results with themselves finds no difference", "[batch][compare][cli]") {
  const Place place;
  REQUIRE(place.batch({"--trials", "6"}).exit_code == 0);
  const ProgramRun run = run_bulkhead({"compare", place.results, place.results, "--fail-if",
                                       "throughput < 0.99", "--fail-if", "latency_p99_ns > 1.01"});
  INFO(run.err);
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out,
             Contains("x/spin thread") && Contains("1.000") && Contains("held: throughput < 0.99"));
  CHECK_THAT(run.out, Contains("better in 0, worse in 0"));
}

TEST_CASE("a rule fails on a difference that is certain", "[batch][compare][cli]") {
  // The same names for a unit of work of one and of ten times the size.
  const Place before("[a]\nworkload = spin\nworkers = 2\nsteps = 1000\n");
  const Place after("[a]\nworkload = spin\nworkers = 2\nsteps = 10000\n");
  const std::vector<std::string> shorter{"--trials", "8", "--duration", "10ms", "--warmup", "2ms"};
  REQUIRE(before.batch(shorter).exit_code == 0);
  REQUIRE(after.batch(shorter).exit_code == 0);
  const ProgramRun run = run_bulkhead({"compare", before.results, after.results, "--fail-if",
                                       "throughput<0.5", "--format", "markdown"});
  INFO(run.out);
  CHECK(run.exit_code == 1);
  CHECK_THAT(run.err, Contains("failed: x/a, thread: throughput is 0."));
  CHECK_THAT(run.out, Contains("not the same experiment"));
  CHECK(run_bulkhead({"compare", after.results, before.results, "--fail-if", "throughput<0.5"})
            .exit_code == 0);
}

TEST_CASE("the value of a mistyped option is not taken for a file or a directory",
          "[batch][report][cli]") {
  const Place place;
  const ProgramRun run = place.batch({"--trails", "3"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("a mistake;") && Contains("did you mean '--trials'?"));
  const ProgramRun report = run_bulkhead({"report", "--formt", "html", place.results});
  CHECK_THAT(report.err, Contains("a mistake;") && Contains("did you mean '--format'?"));
}

TEST_CASE("an overview of experiments with faults fits a terminal of 80 columns in one part",
          "[batch][cli]") {
  const Place place(
      "[a-name-that-is-longer-than-half-of-a-terminal]\nworkload = bank\nworkers = 4\n"
      "fault = segv-null@1:ms=2\n");
  const ProgramRun run = place.batch({"--trials", "6", "--duration", "5ms", "--warmup", "0"},
                                     {.terminal_columns = 80});
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("with faults") && !Contains("continued"));
}

TEST_CASE("a bad rule and strange directories are told at once", "[batch][compare][cli]") {
  const ProgramRun run =
      run_bulkhead({"compare", "/nowhere", "--fail-if", "troughput < 1", "--fail-if", "start > x"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("NEW") && Contains("did you mean 'throughput'?") &&
                          Contains("no ratio above 0"));
}
